"""What stands on other articles of a site goes, unless the page would go with it."""

from copydesk_cleaner.core.learned_blocks import cut_learned
from copydesk_cleaner.core.site_knowledge import block_signature

from copydesk.contracts import Block

STORY = [
    "Жители посёлка проголосовали за то, чтобы сохранить последний паром до весны.",
    "Подсчёт голосов занял меньше часа, сказал начальник пристани на набережной.",
    "Смету обещают показать через месяц, второго голосования не будет.",
]
BOX = "Подпишитесь на нашу рассылку: главные новости побережья каждое утро."


def blocks(*texts: str) -> list[Block]:
    return [Block(kind="paragraph", text=text) for text in texts]


def test_a_block_known_from_other_articles_is_cut_and_told() -> None:
    kept, cuts = cut_learned(blocks(*STORY[:2], BOX, STORY[2]), frozenset({block_signature(BOX)}))
    assert [block.text for block in kept] == STORY
    assert [(cut.text, cut.reason) for cut in cuts] == [(BOX, "site-boilerplate")]


def test_nothing_learned_changes_nothing() -> None:
    given = blocks(*STORY, BOX)
    assert cut_learned(given, frozenset()) == (given, [])


def test_short_lines_are_never_boilerplate() -> None:
    short = "Да."
    given = blocks(*STORY, short)
    assert cut_learned(given, frozenset({block_signature(short)})) == (given, [])


def test_a_twin_of_what_was_learned_keeps_its_text() -> None:
    given = blocks(*STORY, BOX)
    known = frozenset(block_signature(text) for text in (*STORY[:2], BOX))
    assert cut_learned(given, known) == (given, [])
