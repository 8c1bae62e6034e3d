"""The rules that decide on the lines of an article, in their order, for plain texts and for pages alike."""

from collections.abc import Callable

from copydesk_cleaner.core.bodies import cut_body_lines, cut_loose_tail, cut_tail_notes, cut_teasers, take_sign_off
from copydesk_cleaner.core.draft import Draft
from copydesk_cleaner.core.heads import cut_head, cut_head_notes, take_dateline
from copydesk_cleaner.core.photo_credits import cut_inline_credits

AFTER_TITLE: tuple[Callable[[Draft], None], ...] = (
    cut_head_notes,
    cut_head,
    cut_teasers,
    cut_body_lines,
    cut_tail_notes,
    cut_loose_tail,
    take_dateline,
    take_sign_off,
    cut_inline_credits,
)
"""What follows once the title is known, which each kind of input finds in its own way."""
