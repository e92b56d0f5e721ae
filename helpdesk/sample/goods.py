"""What the sample shop sells, who makes it, who works there and who buys."""

from dataclasses import dataclass
from decimal import Decimal

SHOP_NAME = "Lepel & Klei"


@dataclass(frozen=True)
class Item:
    """A product of the sample shop; ``weight`` is how often it is bought."""

    sku: str
    name: str
    category: str
    price: Decimal
    weight: int
    letters: str
    maker: str


ITEMS = (
    Item("MUG-30", "Polder mug 30 cl", "Tableware", Decimal("14.50"), 16, "PLD", "Joris Claes"),
    Item(
        "BWL-25", "Duin mixing bowl 2.5 l", "Tableware", Decimal("39.00"), 9, "DUI", "Joris Claes"
    ),
    Item("JAR-10", "Storage jar 1 l", "Tableware", Decimal("22.00"), 8, "JAR", "Mieke Peeters"),
    Item("TWL-LN", "Linen tea towel", "Tableware", Decimal("11.90"), 10, "LIN", "Mieke Peeters"),
    Item("MIL-ZD", "Zuid pepper mill", "Kitchen tools", Decimal("34.00"), 8, "ZUI", "Sam Willems"),
    Item("WHS-22", "Whisk 22 cm", "Kitchen tools", Decimal("9.50"), 7, "WHI", "Sam Willems"),
    Item("KNF-20", "Chef’s knife 20 cm", "Kitchen tools", Decimal("79.00"), 6, "KNF", "Tom Baert"),
    Item(
        "PAN-28", "Carbon steel pan 28 cm", "Kitchen tools", Decimal("64.00"), 7, "PAN", "Tom Baert"
    ),
    Item("SPA-30", "Oak spatula 30 cm", "Oak", Decimal("12.00"), 12, "OAK", "Wim Goris"),
    Item("BRD-40", "Oak board 40 cm", "Oak", Decimal("45.00"), 8, "BRD", "Wim Goris"),
    Item("SPN-S3", "Oak spoons, set of 3", "Oak", Decimal("18.00"), 9, "SPN", "Wim Goris"),
    Item("SRV-2P", "Oak salad servers", "Oak", Decimal("24.00"), 5, "SRV", "Mieke Peeters"),
)

# The product whose lots got worse lately: the story of the board.
STORY_SKU = "MUG-30"
LOTS_PER_PRODUCT = 5

INSPECTORS = ("Inge Dams", "Ruben Maas", "Fatima Aziz")
AGENTS = ("Lotte Maes", "Bram De Smet", "Femke Aerts")

FIRST_NAMES = (
    "Els",
    "Thomas",
    "Sofie",
    "Karim",
    "An",
    "Pieter",
    "Hannah",
    "Nele",
    "Ilse",
    "Wout",
    "Julie",
    "Olivier",
    "Marc",
    "Amina",
    "Jef",
    "Greet",
    "Luc",
    "Chloé",
    "Youssef",
    "Marie",
    "Koen",
    "Lien",
    "Dirk",
    "Saskia",
    "Bart",
    "Noor",
    "Emma",
    "Louis",
    "Camille",
    "Stijn",
    "Hilde",
    "Mehmet",
)
LAST_NAMES = (
    "Vermeulen",
    "Lejeune",
    "Wouters",
    "Benali",
    "Michiels",
    "Goossens",
    "Peters",
    "Jacobs",
    "Hendrickx",
    "Martens",
    "Lambert",
    "Renard",
    "Dupont",
    "Vandamme",
    "Claeys",
    "Desmet",
    "Janssens",
    "Mertens",
    "Willems",
    "Aerts",
    "Leroy",
    "Dubois",
    "Yilmaz",
    "De Vos",
    "Segers",
    "Van den Berg",
    "Lemmens",
    "Bosmans",
    "Thijs",
    "Simon",
)
PLACES = (
    ("2800", "Mechelen"), ("4000", "Liège"), ("9000", "Gent"), ("2000", "Antwerpen"),
    ("1000", "Brussel"), ("3000", "Leuven"), ("8000", "Brugge"), ("3500", "Hasselt"),
    ("5000", "Namur"), ("8500", "Kortrijk"), ("2300", "Turnhout"), ("9300", "Aalst"),
)  # fmt: skip
