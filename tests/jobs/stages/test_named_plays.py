"""Every play that playbooks of retention and of customer relations name is in the catalogue."""

from typing import Final

import pytest

from holdfast.jobs.stages.plays import read_plays

# What a playbook names, and the plays that answer it.
NAMED: Final = {
    # incentives aimed at the reason
    "exclusive discount": ("favourite_discount",),
    "bonus on points": ("points_bonus",),
    "delivery for nothing": ("free_shipping",),
    "a higher tier for a while": ("tier_upgrade",),
    # speaking to somebody
    "e-mail with empathy, thanking for loyalty": ("appreciation_email",),
    "text message about what may be wrong": ("concern_sms",),
    "direct call where much would be lost": ("loyalty_call",),
    "concerns taken up: service, quality, payment": (
        "service_recovery_call",
        "quality_follow_up",
        "payment_help",
    ),
    "news of what has become better": ("improvements_email",),
    # asking
    "survey before it is too late": ("check_in_survey",),
    "small reward for a finished survey": ("thank_you_survey",),
    # worth that is there already
    "features not used": ("feature_education",),
    "use for the advanced": ("advanced_use",),
    "stories of customers alike": ("success_stories",),
    "benefits overlooked": ("overlooked_benefits",),
    # after they left
    "offer to come back": ("return_offer",),
    "the moment at which somebody thinks again": ("second_look",),
    # the most valuable
    "concierge": ("concierge_call",),
    "exclusive access before others": ("early_access",),
    "loyalty points as a present": ("loyalty_points_gift",),
    "products chosen by hand": ("personal_curation",),
    "better service for the best": ("vip_service",),
    "account manager of one's own": ("account_manager",),
    # the price-sensitive
    "favourite categories cheaper for a time": ("category_week", "favourite_discount"),
    "lower threshold of free delivery": ("lower_shipping_threshold",),
    "bundle": ("bundle_offer",),
    "cashback": ("cashback",),
    "incentive to refer a friend": ("referral_reward",),
    # interest that fades
    "content first: trends and tips": ("style_content",),
    "quiz on preferences": ("preference_quiz",),
    "challenge as a game": ("comeback_challenge",),
    "social proof: bestsellers and reviews": ("bestsellers_and_reviews",),
    "invitation to a community": ("community_invite",),
    # stages
    "onboarding in the first ninety days": ("welcome_guide",),
    "trigger of the second purchase": ("second_order_reminder", "second_order_shipping"),
    "more frequent orders of the active": ("next_order_reminder",),
    "more value of the active": ("next_category",),
    "campaign and offer for the dormant": ("return_offer", "second_look"),
    "final save of the lapsed": ("final_save",),
    "suppression after the threshold": ("farewell",),
    # channels
    "offer in the app alone": ("app_offer",),
    "detail pages and comparison": ("comparison_help",),
    "clienteling": ("clienteling",),
    "appointment for VIPs": ("vip_appointment",),
    "buy online, pick up in store": ("click_and_collect",),
    "ship from store": ("ship_from_store",),
    # prices
    "promotion by segment": ("segment_promotion",),
    "price of a loyalty tier": ("tier_price",),
    "incentive against leaving, at the basket": ("cart_save",),
    # journeys by tier
    "VIPs see it first": ("vip_preview",),
    "styling tips in the middle": ("mid_tier_tips",),
    "way back for those at risk": ("at_risk_return",),
    # loyalty programme
    "benefits said before they are asked for": ("points_balance", "tier_benefits"),
}
IDS: Final = {play.id for play in read_plays("", {}, ()).plays}


@pytest.mark.parametrize("named", NAMED)
def test_a_play_that_playbooks_name_is_in_the_catalogue(named: str) -> None:
    assert set(NAMED[named]) - IDS == set()
