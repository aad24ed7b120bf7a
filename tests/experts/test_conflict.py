from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from fcm.evidence import Claim, Origin
from fcm.experts import conflicts


def claim(value: float, who: str, target: str = "trust", confidence: float = 1.0) -> Claim:
    return Claim("tax", target, value, confidence, Origin(kind="survey", source=who))


def test_a_link_with_both_signs_is_a_conflict_with_everybody_named() -> None:
    said = [claim(0.5, "Cy"), claim(-0.25, "Bo"), claim(0.25, "Ann"), claim(0.0, "Di")]
    (conflict,) = conflicts(said)
    assert (conflict.source, conflict.target) == ("tax", "trust")
    assert conflict.positive == ("Ann", "Cy")
    assert conflict.negative == ("Bo",)
    assert conflict.neutral == ("Di",)
    assert conflict.values == (-0.25, 0.0, 0.25, 0.5)


def test_agreement_in_sign_and_no_effect_are_no_conflict() -> None:
    assert conflicts([claim(0.5, "Ann"), claim(0.0, "Bo"), claim(0.25, "Cy")]) == ()
    assert conflicts([]) == ()


def test_a_claim_without_any_confidence_makes_no_conflict() -> None:
    assert conflicts([claim(0.5, "Ann"), claim(-0.5, "Bo", confidence=0.0)]) == ()


def test_a_nameless_source_is_named_by_its_kind() -> None:
    post = Claim("tax", "trust", -0.5, 0.2, Origin(kind="posts"))
    (conflict,) = conflicts([claim(0.5, "Ann"), post])
    assert conflict.negative == ("posts",)


claims = st.lists(
    st.builds(
        claim,
        st.sampled_from([-0.5, -0.25, 0.0, 0.25]),
        st.sampled_from(["Ann", "Bo", "Cy"]),
        st.sampled_from(["trust", "traffic"]),
    ),
    max_size=8,
)


@settings(max_examples=40)
@given(claims, st.randoms(use_true_random=False))
def test_the_order_of_the_claims_does_not_matter(said: list[Claim], random: object) -> None:
    mixed = list(said)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert conflicts(mixed) == conflicts(said)
