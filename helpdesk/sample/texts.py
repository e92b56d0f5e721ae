"""What customers of the sample shop say, by reason; and what the shop answers."""

SAID: dict[str, tuple[str, ...]] = {
    "Cracked or broken": (
        "{item} has a hairline crack, found it when unpacking.",
        "The {item} broke on the second day, in normal use.",
        "Two of the {item} are cracked at the handle. Has sent photos.",
        "The replacement {item} cracked in the same place.",
        "Handle of the {item} came off while washing up.",
    ),
    "Wrong colour or size": (
        "Ordered the grey {item}, got the blue one.",
        "The {item} is smaller than the page says.",
        "Colour of the {item} is not the one in the picture.",
    ),
    "Wears out early": (
        "Glaze of the {item} comes off in the dishwasher.",
        "The {item} splinters after three months.",
        "The {item} is loose already and cannot be tightened.",
    ),
    "Late": (
        "Should have been here on Tuesday. Needs it for Saturday.",
        "Track and trace has not moved for four days.",
        "Third time the date moves. Wants to know where it stands.",
    ),
    "Lost or returned": (
        "Carrier says delivered, nobody has the parcel.",
        "Parcel went back to us, customer was at home all day.",
    ),
    "Parcel damaged": (
        "Box was torn open, {item} inside looks fine but wants to be sure.",
        "Box crushed on one side, {item} chipped.",
    ),
    "How to use or clean": (
        "May the {item} go in the dishwasher?",
        "How should the {item} be oiled, and how often?",
        "Can the {item} be used on induction?",
    ),
    "Page not right": (
        "The page says the lid of the {item} is included; it is not.",
        "Size on the page and on the box of the {item} differ.",
    ),
    "Where is my order": (
        "Asks where the order is. Told: leaves today.",
        "No mail with tracking received. Sent it again.",
    ),
    "Call-back not made": (
        "Was promised a call yesterday; nobody rang.",
        "Rings again because nobody called back on Friday.",
    ),
    "Replacement not sent": (
        "Asks when the new {item} comes; told last week it had left, it had not.",
        "Replacement {item} still not here. Very disappointed.",
        "Wants to know if the replacement is really on its way.",
    ),
    "Refund not made": (
        "Refund promised ten days ago is not on the account.",
        "Would rather have the money back now. Please confirm.",
    ),
    "Return too hard": (
        "Cannot print the label for the return.",
        "Return form asks for a number that is nowhere on the box.",
    ),
    "Wrong invoice": (
        "Needs the company name on the invoice.",
        "VAT number missing on the invoice, asked twice.",
    ),
    "Told twice, no action": (
        "Explained it all to a colleague last week, nothing happened.",
        "Second time on the phone about the same {item}.",
    ),
    "New order": ("Wants to order the {item} again, as a gift.", "Asks for a price for 24 {item}."),
    "Wish or question": (
        "Do you engrave the {item}?",
        "Would like the {item} in green.",
        "Asks when the shop is open on Saturdays.",
    ),
    "Compliment": (
        "Very happy with the {item}, says thank you.",
        "Rang to say the {item} is beautiful.",
    ),
}

# What the shop says when it rings or writes back.
ANSWERED: dict[str, str] = {
    "Cracked or broken": "Rang back: the replacement leaves tomorrow, from another lot.",
    "Wrong colour or size": "Sent the right one and a label for the wrong one.",
    "Wears out early": "Asked for a photo and the date on the box.",
    "Late": "Told that the carrier promises it for tomorrow before noon.",
    "Lost or returned": "Told that the carrier looks for the parcel and that we ring on Thursday.",
    "Parcel damaged": "Asked for a photo of the box for the carrier.",
    "Page not right": "Thanked; the page is corrected today.",
    "Where is my order": "Mailed the tracking number.",
    "Call-back not made": "Rang back and apologised; has a date now.",
    "Replacement not sent": "Mailed the tracking number of the replacement.",
    "Refund not made": "The refund is booked; three days until it is on the account.",
    "Return too hard": "Sent the label by post.",
    "Wrong invoice": "Sent the corrected invoice.",
    "Told twice, no action": "Took it over myself; will ring on Friday whatever happens.",
}

RATING_WORDS: dict[int, tuple[str, ...]] = {
    1: ("Never again.", "Nobody calls back.", "Broken twice."),
    2: ("Nice, if they survive.", "Too long to wait for an answer."),
    3: ("Good goods, slow parcel.", ""),
    4: ("Lovely, one small chip.", "Good.", ""),
    5: ("Beautiful.", "Fast and friendly.", "As in the picture.", ""),
}
