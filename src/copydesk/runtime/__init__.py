"""The stage loop and all it needs: ports, outcomes, retries, dead letters, lifecycle, worker processes."""
