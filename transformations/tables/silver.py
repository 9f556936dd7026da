"""Silver: what happened, once, in the source's own people; and who those people are."""

from typing import Final

from holdfast.transformations.tables.columns import (
    AVAILABLE_AT,
    BOOL,
    CURRENCY,
    CUSTOMER,
    DATE,
    DOUBLE,
    FACT,
    INSTANT,
    INT,
    LONG,
    PARTY,
    RUN,
    SOURCE,
    STRING,
    key,
    money,
    probability,
    reference,
    token,
)
from holdfast.transformations.tables.table import Append, Column, Overwrite, Scd2, Table, Upsert

PARTIES: Final = Table(
    "silver.parties",
    "One row per person as one source knows them.",
    "Customers, guests, profiles, users and devices. Personal values stay in the vault.",
    (
        PARTY,
        *FACT,
        Column(
            "party_kind",
            STRING,
            "customer, guest, profile, user, device or household.",
            nullable=False,
        ),
        Column("jurisdiction", STRING, "Country or region whose privacy rules apply."),
        token("email_token", "email", "Token of the e-mail address."),
        token("phone_token", "phone", "Token of the phone number."),
        Column(
            "acquired_through", STRING, "Channel that first brought the person, as the source says."
        ),
    ),
    keys=("party_id",),
    write=Upsert(mutable=("email_token", "phone_token", "jurisdiction")),
    subject="party_id",
)

ORDERS: Final = Table(
    "silver.orders",
    "One row per order.",
    "Accepted orders of all channels; refunds are rows of their own.",
    (
        key("order_id", "The order."),
        PARTY,
        *FACT,
        Column("channel", STRING, "web, app, pos, subscription or store.", nullable=False),
        reference("store_id", "The shop or till location."),
        CURRENCY,
        money("net_amount", "Merchandise after discounts, without tax and shipping."),
        money("discount_amount", "Discounts given."),
        money("tax_amount", "Tax.", nullable=True),
        Column("has_coupon", BOOL, "A code was redeemed."),
        Column("ordered_on", DATE, "Day in the business time zone, for people."),
        Column("cancelled_at", INSTANT, "When it was cancelled, by the newest version."),
    ),
    keys=("order_id",),
    write=Upsert(mutable=("net_amount", "discount_amount", "tax_amount"), ends=("cancelled_at",)),
    subject="party_id",
)

ORDER_LINES: Final = Table(
    "silver.order_lines",
    "One row per line of an order.",
    "A line missing from a newer version of its order stays, with removed_at.",
    (
        key("line_id", "The line."),
        key("order_id", "Its order."),
        *FACT,
        reference("product_id", "The product sold."),
        Column("quantity", INT, "Units.", nullable=False, unit="units", check="quantity > 0"),
        CURRENCY,
        money("net_amount", "Line amount after discounts, without tax."),
        money("discount_amount", "Discounts given."),
        Column("category", STRING, "Product category as the source names it."),
        Column("is_gift_card", BOOL, "A gift card, not revenue until redeemed."),
        Column("removed_at", INSTANT, "When a newer version of the order no longer had the line."),
    ),
    keys=("line_id",),
    write=Upsert(mutable=("quantity", "net_amount", "discount_amount"), ends=("removed_at",)),
    subject="order_id>silver.orders",
)

REFUND_LINES: Final = Table(
    "silver.refund_lines",
    "One row per refunded line.",
    "Returns and refunds, dated when they were made.",
    (
        key("refund_line_id", "The refunded line."),
        key("order_id", "The order it belongs to."),
        *FACT,
        reference("line_id", "The order line given back."),
        reference("product_id", "The product given back."),
        Column(
            "quantity",
            INT,
            "Units given back.",
            nullable=False,
            unit="units",
            check="quantity >= 0",
        ),
        CURRENCY,
        money("refund_amount", "Money given back, without tax."),
        Column("refund_kind", STRING, "return, cancel or adjustment."),
    ),
    keys=("refund_line_id",),
    write=Upsert(mutable=("refund_amount",)),
    subject="order_id>silver.orders",
)

PRODUCTS: Final = Table(
    "silver.products",
    "One row per product.",
    "What can be bought.",
    (
        key("product_id", "The product."),
        *FACT,
        Column("title", STRING, "Name shown to customers."),
        Column("category", STRING, "Category."),
        Column("brand", STRING, "Brand or vendor."),
        Column("is_private_label", BOOL, "Sold under the shop's own brand."),
        money("list_price_amount", "List price.", nullable=True),
        Column("currency", STRING, "ISO 4217 code."),
    ),
    keys=("product_id",),
    write=Upsert(mutable=("title", "category", "brand", "list_price_amount")),
)

WEB_EVENTS: Final = Table(
    "silver.web_events",
    "One row per page, screen or action on site or in the app.",
    "Logged in and anonymous; an anonymous device is a party of its own until it logs in.",
    (
        key("event_id", "The event."),
        PARTY,
        *FACT,
        Column(
            "event_type",
            STRING,
            "page, product_viewed, product_added, checkout_started, search, price_view, "
            "feature_use, feature_adopted, community, competitor, order_completed, wishlist_added "
            "or other.",
            nullable=False,
        ),
        reference("session_id", "Visit the event belongs to, as the source says."),
        reference("product_id", "Product looked at."),
        Column("category", STRING, "Category looked at."),
        Column("device_type", STRING, "mobile, desktop or app."),
        Column("feature", STRING, "Product feature used."),
        Column("is_core_feature", BOOL, "The feature is one of the core features."),
        token("search_token", "text", "Token of the search text."),
        Column("campaign_source", STRING, "Campaign that brought the visit."),
    ),
    keys=("event_id",),
    write=Upsert(),
    cluster_by=("event_at",),
    subject="party_id",
)

MESSAGE_EVENTS: Final = Table(
    "silver.message_events",
    "One row per message sent, opened, clicked or refused.",
    "E-mail, SMS, push and post.",
    (
        key("event_id", "The event."),
        PARTY,
        *FACT,
        Column("channel", STRING, "email, sms, push or post.", nullable=False),
        Column(
            "event_type",
            STRING,
            "received, opened, clicked, redeemed, unsubscribed, spam or bounced.",
            nullable=False,
        ),
        reference("campaign_id", "Campaign or flow."),
        Column("is_machine_open", BOOL, "Opened by a mail proxy."),
    ),
    keys=("event_id",),
    write=Upsert(),
    cluster_by=("event_at",),
    subject="party_id",
)

TICKETS: Final = Table(
    "silver.tickets",
    "One row per support ticket.",
    "Open until solved_at; the text stays in the vault.",
    (
        key("ticket_id", "The ticket."),
        PARTY,
        *FACT,
        Column("priority", STRING, "low, normal, high or urgent."),
        Column("topic", STRING, "price, feature, service, quality or other, from the text."),
        Column(
            "negativity",
            DOUBLE,
            "Share of negative among opinion words of the text.",
            unit="share",
            check="negativity between 0 and 1",
        ),
        token("text_token", "text", "Token of subject and description."),
        Column("solved_at", INSTANT, "When it was solved, by the newest version."),
    ),
    keys=("ticket_id",),
    write=Upsert(mutable=("priority",), ends=("solved_at",)),
    subject="party_id",
)

SURVEY_RESPONSES: Final = Table(
    "silver.survey_responses",
    "One row per answered survey or review.",
    "NPS, CSAT, CES and product reviews.",
    (
        key("response_id", "The answer."),
        PARTY,
        *FACT,
        Column("survey_type", STRING, "nps, csat, ces or review.", nullable=False),
        Column("score", INT, "The score given, on the survey's own scale."),
        Column(
            "score_share",
            DOUBLE,
            "The score on 0..1.",
            unit="share",
            check="score_share between 0 and 1",
        ),
        Column("topic", STRING, "price, feature, service, quality or other, from the text."),
        Column(
            "negativity",
            DOUBLE,
            "Share of negative among opinion words.",
            unit="share",
            check="negativity between 0 and 1",
        ),
        token("text_token", "text", "Token of the comment."),
    ),
    keys=("response_id",),
    write=Upsert(),
    subject="party_id",
)

SUBSCRIPTIONS: Final = Table(
    "silver.subscriptions",
    "One row per state of a subscription over an interval.",
    "Type-2 history by the source's update time.",
    (
        key("subscription_id", "The subscription."),
        PARTY,
        *FACT,
        Column("status", STRING, "active, paused or cancelled.", nullable=False),
        reference("product_id", "What is delivered."),
        CURRENCY,
        money("price_amount", "Price per delivery."),
        Column("quantity", INT, "Units per delivery.", unit="units"),
        Column("interval_days", INT, "Days between deliveries.", unit="days"),
        Column("next_charge_at", INSTANT, "When the next charge is planned."),
        Column("row_hash", STRING, "Keyed hash of the state's declared values.", nullable=False),
        Column("valid_from", INSTANT, "Start of the state.", nullable=False),
        Column("valid_to", INSTANT, "End of the state; null while it lasts."),
    ),
    keys=("subscription_id", "valid_from"),
    write=Scd2(),
    subject="party_id",
)

SUBSCRIPTION_CHARGES: Final = Table(
    "silver.subscription_charges",
    "One row per charge of a subscription.",
    "Paid and failed charges.",
    (
        key("charge_id", "The charge."),
        PARTY,
        *FACT,
        reference("subscription_id", "The subscription charged."),
        Column("status", STRING, "paid, failed, refunded or skipped.", nullable=False),
        CURRENCY,
        money("amount", "Amount charged."),
        Column("attempts", INT, "Attempts so far.", unit="attempts"),
        Column("error_type", STRING, "Why it failed."),
    ),
    keys=("charge_id",),
    write=Upsert(mutable=("status", "attempts", "error_type")),
    subject="party_id",
)

LOYALTY_LEDGER: Final = Table(
    "silver.loyalty_ledger",
    "One row per movement of points.",
    "The balance is the sum of the points.",
    (
        key("entry_id", "The movement."),
        PARTY,
        *FACT,
        Column("points", INT, "Points earned (+) or used (-).", nullable=False, unit="points"),
        Column("entry_type", STRING, "earn, redeem, expire or adjust.", nullable=False),
    ),
    keys=("entry_id",),
    write=Upsert(),
    subject="party_id",
)

CONSENT_EVENTS: Final = Table(
    "silver.consent_events",
    "One row per statement of consent for one purpose.",
    "Receipts, opt-outs and objections.",
    (
        key("consent_event_id", "The statement."),
        PARTY,
        *FACT,
        Column(
            "purpose",
            STRING,
            "service, analytics, personalisation, marketing or sensitive_signals.",
            nullable=False,
        ),
        Column(
            "channel", STRING, "Channel it is about (marketing only), or 'all'.", nullable=False
        ),
        Column("state", STRING, "granted, denied, withdrawn or objected.", nullable=False),
        Column("jurisdiction", STRING, "Country or region whose rules apply."),
    ),
    keys=("consent_event_id",),
    write=Upsert(),
    subject="party_id",
)

CONSENT_STATE: Final = Table(
    "silver.consent_state",
    "One row per state of consent over an interval.",
    "Folded from consent_events; two statements at one instant that differ count as no.",
    (
        PARTY,
        Column("purpose", STRING, "Purpose.", nullable=False),
        Column("channel", STRING, "Channel or 'all'.", nullable=False),
        Column("is_allowed", BOOL, "Use for this purpose is allowed.", nullable=False),
        Column("is_objection", BOOL, "The person objected.", nullable=False),
        SOURCE,
        RUN,
        Column("jurisdiction", STRING, "Country or region whose rules apply."),
        Column("row_hash", STRING, "Hash that orders equal instants.", nullable=False),
        Column("valid_from", INSTANT, "Start of the state.", nullable=False),
        Column("valid_to", INSTANT, "End of the state; null while it lasts."),
    ),
    keys=("party_id", "purpose", "channel", "valid_from"),
    write=Scd2(),
    subject="party_id",
)

PII_VAULT: Final = Table(
    "silver.pii_vault",
    "One row per personal value of one party.",
    "The only table with direct identifiers; everything else holds its tokens.",
    (
        PARTY,
        Column(
            "kind",
            STRING,
            "email, phone, first_name, last_name, address, city, postcode, birth_date, "
            "device, ip, text or raw.",
            nullable=False,
        ),
        Column("value", STRING, "The value exactly as received.", nullable=False, pii="value"),
        Column("token", STRING, "Random-looking stand-in used everywhere else.", nullable=False),
        Column(
            "normalised",
            STRING,
            "The value in its normal form for matching; null if it has none.",
            pii="normalised",
        ),
        Column("normaliser_version", INT, "Version of the normal form.", nullable=False),
        AVAILABLE_AT,
        RUN,
    ),
    keys=("party_id", "kind", "value"),
    write=Append(),
    subject="party_id",
    survives_abandon=True,
)

IDENTITY_EDGES: Final = Table(
    "silver.identity_edges",
    "One row per pair of parties judged to be one person.",
    "Deterministic keys and Fellegi-Sunter scores.",
    (
        Column("left_party_id", STRING, "The smaller party id.", nullable=False),
        Column("right_party_id", STRING, "The larger party id.", nullable=False),
        Column("edge_kind", STRING, "email, phone, device or fellegi_sunter.", nullable=False),
        probability("match_probability", "Probability that both are one person.", nullable=False),
        Column(
            "match_weight", DOUBLE, "log2 Bayes factor; null on deterministic edges.", unit="bits"
        ),
        Column("pattern", STRING, "Agreement level of each comparison."),
        RUN,
    ),
    keys=("left_party_id", "right_party_id"),
    write=Overwrite(),
    subject="left_party_id",
)

IDENTITY_MAP: Final = Table(
    "silver.identity_map",
    "One row per membership of a party in a customer over an interval of runs.",
    "Joined at read; current rows have no valid_to.",
    (
        PARTY,
        CUSTOMER,
        probability(
            "probability", "Confidence that the party belongs to the customer.", nullable=False
        ),
        Column(
            "valid_from", INSTANT, "Opening time of the run that said so first.", nullable=False
        ),
        Column(
            "valid_to", INSTANT, "Opening time of the run that said otherwise; null while it holds."
        ),
        RUN,
        Column("row_hash", STRING, "Hash that orders equal instants.", nullable=False),
    ),
    keys=("party_id", "valid_from"),
    write=Scd2(),
    subject="party_id",
)

HOUSEHOLDS: Final = Table(
    "silver.households",
    "One row per customer who shares a household.",
    "People judged to live together; customers who live alone, as far as known, have no row.",
    (
        CUSTOMER,
        Column("household_id", LONG, "Smallest customer id of the household.", nullable=False),
        probability(
            "probability", "Of the strongest pair that puts the customer there.", nullable=False
        ),
        RUN,
    ),
    keys=("customer_id",),
    write=Overwrite(),
    subject="customer_id",
)

IDENTITY_EVENTS: Final = Table(
    "silver.identity_events",
    "One row per change of a customer id.",
    "The identity ledger: ids only ever come from here.",
    (
        RUN,
        Column("event_type", STRING, "create, absorb, merge, split or retire.", nullable=False),
        CUSTOMER,
        Column(
            "other_customer_id",
            LONG,
            "The id taken in, left or split off; the id itself on create.",
        ),
        Column("parties", LONG, "Parties concerned.", unit="parties"),
    ),
    keys=("run_number", "event_type", "customer_id", "other_customer_id"),
    write=Append(),
    subject="customer_id",
)

FACTS: Final = (
    ORDERS,
    ORDER_LINES,
    REFUND_LINES,
    PRODUCTS,
    WEB_EVENTS,
    MESSAGE_EVENTS,
    TICKETS,
    SURVEY_RESPONSES,
    SUBSCRIPTIONS,
    SUBSCRIPTION_CHARGES,
    LOYALTY_LEDGER,
    CONSENT_EVENTS,
)
STANDARDISED: Final = (PARTIES, *FACTS, CONSENT_STATE)
TABLES: Final = (
    *STANDARDISED,
    PII_VAULT,
    IDENTITY_EDGES,
    IDENTITY_MAP,
    HOUSEHOLDS,
    IDENTITY_EVENTS,
)
