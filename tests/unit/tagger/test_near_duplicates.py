"""Near-duplicates share a band; texts are written for this test."""

from copydesk_tagger.core import near_duplicates
from copydesk_tagger.core.document import Document
from copydesk_tagger.core.near_duplicates import BANDS, PERMUTATIONS, bands, similarity
from hypothesis import given
from hypothesis import strategies as st

STORY = (
    "The harbour bridge carries traffic again. The first cyclists crossed it shortly after six in the morning, before "
    "the mayor cut the ribbon. Engineers replaced the northern cables, which had lost a fifth of their strength. The "
    "work took two years and cost nine million more than planned. The port authority blamed the price of steel. "
    "From Monday on lorries may cross too, though only at night and at walking pace."
)
OTHER = (
    "A late frost has destroyed much of the peach harvest in the valley. Growers lit fires between the rows on three "
    "nights in a row, but the wind took the warmth away. The cooperative expects a quarter of the usual yield. "
    "Insurers sent their assessors on Tuesday, and the ministry promised to decide about help within a fortnight."
)
CHINESE = "港口大桥恢复通车。第一批骑自行车的人在早上六点刚过就通过了大桥，随后市长剪彩。工程师更换了北侧的缆索，这些缆索已经失去五分之一的强度。"


def signature(text: str) -> list[int]:
    return near_duplicates.signature(Document(text))


def shared(one: str, other: str) -> int:
    return len(set(bands(signature(one))) & set(bands(signature(other))))


def test_a_light_edit_shares_bands() -> None:
    edited = STORY.replace("shortly after six", "just after six").replace("nine million", "9 million")

    assert shared(STORY, edited) > 0
    assert similarity(signature(STORY), signature(edited)) > 0.6


def test_capitals_and_spaces_change_nothing() -> None:
    assert signature(STORY) == signature(STORY.upper().replace(" ", "  \n"))


def test_another_story_shares_none() -> None:
    assert shared(STORY, OTHER) == 0
    assert similarity(signature(STORY), signature(OTHER)) < 0.1


def test_unspaced_scripts_are_compared_by_characters() -> None:
    assert shared(CHINESE, CHINESE.replace("早上六点刚过", "清晨六点")) > 0


def test_short_texts_have_no_signature() -> None:
    assert signature("The bridge is open again.") == []
    assert signature("大桥恢复通车。") == []
    assert bands([]) == []


def test_signatures_fit_the_database_and_stay_the_same_between_versions() -> None:
    numbers = signature(STORY)

    assert len(numbers) == PERMUTATIONS
    assert all(0 <= number < 2**32 for number in numbers)
    assert len(bands(numbers)) == BANDS
    assert all(-(2**63) <= band < 2**63 for band in bands(numbers))
    assert bands([1] * PERMUTATIONS)[:2] == PINNED


PINNED = [3769136897546328550, -8192803582121422413]


@given(st.text(max_size=600))
def test_any_text_is_its_own_duplicate(text: str) -> None:
    numbers = signature(text)

    assert numbers == signature(text)
    assert similarity(numbers, numbers) == (1.0 if numbers else 0.0)
