-- A page that goes takes along what was split off it, whether or not the page itself was ever stored (ADR 20).

CREATE INDEX articles_part_of ON copydesk.articles (part_of) WHERE part_of IS NOT NULL;

COMMENT ON COLUMN copydesk.fetches.change IS 'The change that it made, `taken-down` where a takedown elsewhere told of it; null when readers saw nothing new';
