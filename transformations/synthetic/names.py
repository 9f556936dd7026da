"""Names and places that people are made of; common ones come first and are drawn more often, so
that some people share a name.
"""

from typing import Final

_FIRST = """James Mary John Patricia Robert Jennifer Michael Linda William Elizabeth David Barbara
Richard Susan Joseph Jessica Thomas Sarah Charles Karen Christopher Nancy Daniel Lisa Matthew
Betty Anthony Margaret Mark Sandra Donald Ashley Steven Kimberly Paul Emily Andrew Donna Joshua
Michelle Kenneth Carol Kevin Amanda Brian Dorothy George Melissa Edward Deborah Ronald Stephanie
Timothy Rebecca Jason Sharon Jeffrey Laura Ryan Cynthia Jacob Kathleen Gary Amy Nicholas Angela
Eric Shirley Jonathan Anna Stephen Brenda Larry Pamela Justin Emma Scott Nicole Brandon Helen
Benjamin Samantha Samuel Katherine Gregory Christine Frank Debra Alexander Rachel Raymond Carolyn
Patrick Janet Jack Catherine Dennis Maria Jerry Heather Tyler Diane Aaron Ruth Jose Julie Adam
Olivia Nathan Joyce Henry Virginia Douglas Victoria Zachary Kelly Peter Lauren Kyle Christina Noah
Joan Ethan Evelyn Jeremy Judith Walter Andrea Christian Hannah Keith Megan Roger Cheryl Terry
Jacqueline Sean Martha Austin Madison Gerald Teresa Carl Gloria Harold Sara Dylan Janice Arthur
Ann Lawrence Kathryn Jordan Abigail Jesse Sophia Bryan Frances Billy Jean Bruce Alice Gabriel Judy
Joe Isabella Logan Julia Alan Grace Juan Amber Albert Denise Willie Danielle Elijah Marilyn Wayne
Beverly Randy Charlotte Vincent Natalie Mason Theresa Roy Diana Ralph Brittany Bobby Doris Russell
Kayla Bradley Alexis Philip Lori Eugene Marie"""

_LAST = """Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez
Lopez Gonzalez Wilson Anderson Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris
Sanchez Clark Ramirez Lewis Robinson Walker Young Allen King Wright Scott Torres Nguyen Hill
Flores Green Adams Nelson Baker Hall Rivera Campbell Mitchell Carter Roberts Gomez Phillips Evans
Turner Diaz Parker Cruz Edwards Collins Reyes Stewart Morris Morales Murphy Cook Rogers Gutierrez
Ortiz Morgan Cooper Peterson Bailey Reed Kelly Howard Ramos Kim Cox Ward Richardson Watson Brooks
Chavez Wood James Bennett Gray Mendoza Ruiz Hughes Price Alvarez Castillo Sanders Patel Myers Long
Ross Foster Jimenez Powell Jenkins Perry Russell Sullivan Bell Coleman Butler Henderson Barnes
Gonzales Fisher Vasquez Simmons Romero Jordan Patterson Alexander Hamilton Graham Reynolds Griffin
Wallace Moreno West Cole Hayes Bryant Herrera Gibson Ellis Tran Medina Aguilar Stevens Murray Ford
Castro Marshall Owens Harrison Fernandez McDonald Woods Washington Kennedy Wells Vargas Henry Chen
Freeman Webb Tucker Guzman Burns Crawford Olson Simpson Porter Hunter Gordon Mendez Silva Shaw
Snyder Mason Dixon Munoz Hunt Hicks Holmes Palmer Wagner Black Robertson Boyd Stone Salazar Fox
Warren Mills Meyer Rice Schmidt Garza Daniels Ferguson Nichols Stephens Soto Weaver Ryan Gardner
Payne Grant Dunn Kelley Spencer Hawkins Arnold Pierce Vazquez Hansen Peters Santos Hart Bradley
Knight Elliott Cunningham Duncan Armstrong Hudson Carroll Lane Riley Andrews Alvarado Ray Delgado
Berry Perkins Hoffman Johnston Matthews Pena Richards Contreras Willis Carpenter Lawrence
Sandoval"""

_STREETS = """Main Oak Pine Maple Cedar Elm Washington Lake Hill Walnut Spring North Ridge Church
Willow Mill Sunset Railroad Jackson River Park Highland Forest Center Meadow Cherry Broad Chestnut
Franklin Valley Prospect Spruce Poplar Laurel Birch Dogwood Hickory Union Liberty Madison Monroe
Lincoln Adams Jefferson Grove Locust Magnolia Sycamore Summit Vine Water Front Garden College
School Court Bridge Harbor Pleasant Orchard"""
KINDS: Final = ("Street", "Avenue", "Road", "Drive", "Lane", "Court")
_CITIES = """Springfield Riverside Franklin Greenville Bristol Clinton Fairview Salem Madison
Georgetown Arlington Ashland Dover Oxford Jackson Burlington Manchester Milton Newport Auburn
Dayton Lexington Milford Winchester Cleveland Hudson Kingston Lebanon Medford Oakland"""
HOSTS: Final = (
    "mail.example",
    "post.example",
    "inbox.example",
    "letters.example",
    "work.example",
    "home.example",
)

PRAISE: Final = (
    "great and helpful thanks",
    "all good and easy",
    "happy with the quality",
    "love it very reliable",
)
COMPLAINTS: Final = {
    "price": (
        "too expensive and the price went up again",
        "found it cheaper elsewhere bad value and high cost",
        "the discount code never worked and fees are overpriced",
    ),
    "feature": (
        "the app is missing a feature I need poor options",
        "your plan is outdated and the option is bad",
        "the function I used is missing in the app",
    ),
    "service": (
        "still waiting for a reply from support terrible service",
        "the agent was rude and my call was ignored",
        "slow response and unhelpful chat nobody resolved it",
    ),
    "quality": (
        "arrived broken poor quality and damaged",
        "defective material torn after a week",
        "not as described faulty and cheap material",
    ),
    "none": ("where is my parcel", "please change my delivery day", "question about my invoice"),
}
CATEGORIES: Final = (
    "Kitchen",
    "Garden",
    "Beauty",
    "Sports",
    "Toys",
    "Pets",
    "Office",
    "Home",
    "Outdoor",
    "Wellness",
)
BRANDS: Final = ("Northwind", "Holm", "Cedarline", "Brightly", "Own Label")

FIRST, LAST, STREETS, CITIES = (tuple(text.split()) for text in (_FIRST, _LAST, _STREETS, _CITIES))
