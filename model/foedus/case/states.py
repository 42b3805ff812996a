"""States and roles as `actor`, `recipient` and `side` name them: ISO 3166 alpha-3, with what people write for them.

Two-letter codes are refused with advice, since FIPS 10-4 and ISO 3166 give some of them to different states: CH is
China in one and Switzerland in the other, KS and KN are the two Koreas in FIPS only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from foedus.case.parts import Lang, Text
from foedus.errors import nearest

ISO3 = frozenset(
    """
    ABW AFG AGO AIA ALA ALB AND ARE ARG ARM ASM ATA ATF ATG AUS AUT AZE BDI BEL BEN BES BFA BGD BGR BHR BHS BIH BLM
    BLR BLZ BMU BOL BRA BRB BRN BTN BVT BWA CAF CAN CCK CHE CHL CHN CIV CMR COD COG COK COL COM CPV CRI CUB CUW CXR
    CYM CYP CZE DEU DJI DMA DNK DOM DZA ECU EGY ERI ESH ESP EST ETH FIN FJI FLK FRA FRO FSM GAB GBR GEO GGY GHA GIB
    GIN GLP GMB GNB GNQ GRC GRD GRL GTM GUF GUM GUY HKG HMD HND HRV HTI HUN IDN IMN IND IOT IRL IRN IRQ ISL ISR ITA
    JAM JEY JOR JPN KAZ KEN KGZ KHM KIR KNA KOR KWT LAO LBN LBR LBY LCA LIE LKA LSO LTU LUX LVA MAC MAF MAR MCO MDA
    MDG MDV MEX MHL MKD MLI MLT MMR MNE MNG MNP MOZ MRT MSR MTQ MUS MWI MYS MYT NAM NCL NER NFK NGA NIC NIU NLD NOR
    NPL NRU NZL OMN PAK PAN PCN PER PHL PLW PNG POL PRI PRK PRT PRY PSE PYF QAT REU ROU RUS RWA SAU SDN SEN SGP SGS
    SHN SJM SLB SLE SLV SMR SOM SPM SRB SSD STP SUR SVK SVN SWE SWZ SXM SYC SYR TCA TCD TGO THA TJK TKL TKM TLS TON
    TTO TUN TUR TUV TWN TZA UGA UKR UMI URY USA UZB VAT VCT VEN VGB VIR VNM VUT WLF WSM YEM ZAF ZMB ZWE
    """.split()  # noqa: SIM905
)

NAMES: Mapping[str, Text] = {
    "KOR": Text(en="South Korea", ko="한국"),
    "USA": Text(en="United States", ko="미국"),
    "PRK": Text(en="North Korea", ko="북한"),
    "CHN": Text(en="China", ko="중국"),
    "JPN": Text(en="Japan", ko="일본"),
    "RUS": Text(en="Russia", ko="러시아"),
    "TWN": Text(en="Taiwan", ko="대만"),
    "GBR": Text(en="United Kingdom", ko="영국"),
    "AUS": Text(en="Australia", ko="호주"),
    "PHL": Text(en="Philippines", ko="필리핀"),
    "DEU": Text(en="Germany", ko="독일"),
    "POL": Text(en="Poland", ko="폴란드"),
    "UKR": Text(en="Ukraine", ko="우크라이나"),
}

ALIASES: Mapping[str, str] = {
    "rok": "KOR", "republic of korea": "KOR", "south korea": "KOR", "s. korea": "KOR", "한국": "KOR", "대한민국": "KOR",
    "남한": "KOR", "us": "USA", "u.s.": "USA", "united states": "USA", "united states of america": "USA", "미국": "USA",
    "dprk": "PRK", "north korea": "PRK", "n. korea": "PRK", "북한": "PRK", "조선": "PRK", "prc": "CHN", "china": "CHN",
    "중국": "CHN", "japan": "JPN", "일본": "JPN", "russia": "RUS", "러시아": "RUS", "taiwan": "TWN", "대만": "TWN",
    "uk": "GBR", "united kingdom": "GBR", "영국": "GBR", "australia": "AUS", "호주": "AUS",
    "philippines": "PHL", "필리핀": "PHL",
}  # fmt: skip

MIXED_UP: Mapping[str, str] = {
    "KS": "South Korea in FIPS 10-4, no state in ISO 3166; write KOR",
    "KN": "North Korea in FIPS 10-4, Saint Kitts and Nevis in ISO 3166; write PRK or KNA",
    "CH": "China in FIPS 10-4, Switzerland in ISO 3166; write CHN or CHE",
    "KR": "two letters; write KOR",
    "KP": "two letters; write PRK",
    "CN": "China in ISO 3166, the Comoros in FIPS 10-4; write CHN or COM",
    "JP": "two letters; write JPN",
    "JA": "two letters, of FIPS 10-4; write JPN",
    "ROK": "write KOR",
    "KOREA": "which of the two? Write KOR or PRK",
    "한반도": "a region, not a state; write KOR, PRK or both",
}

_OWN = re.compile(r"X[A-Z]{2}", re.ASCII)  # ISO 3166 leaves these to its users: made-up states, say

ROLES = frozenset(
    "GOV MIL LEG OPP JUD SPY COP MED BUS MNC ELI EDU CVL LAB IGO NGO NGM REB UAF INS CRM HLH HRI ENV DEV AGR".split()  # noqa: SIM905
)
UNIONS = frozenset(("IGO", "NGO", "IMG", "MNC", "NGM", "UIS", "EUR", "ASN"))  # international bodies, in CAMEO


def state_of(text: str) -> str:
    """Return the ISO 3166 alpha-3 code of a state, as it is written in either language.

    Raises
    ------
    ValueError
        It is no state that is known, or could be two; the message says what to write.
    """
    folded = unicodedata.normalize("NFKC", text).strip()
    if folded in ISO3 or _OWN.fullmatch(folded):
        return folded
    if (found := ALIASES.get(folded.lower())) is not None:
        return found
    if (advice := MIXED_UP.get(folded.upper())) is not None:
        msg = f"{text!r} is {advice}" if not advice.startswith(("write", "which")) else f"{text!r}: {advice}"
        raise ValueError(msg)
    if folded.upper() in ISO3:
        msg = f"{text!r}: write {folded.upper()}, in capitals"
        raise ValueError(msg)
    known = [*NAMES, *ALIASES]
    msg = (
        f"{text!r} is not an ISO 3166 alpha-3 code such as KOR or USA ({nearest(folded, known)}); XAA to XZZ are yours"
    )
    raise ValueError(msg)


def actors_of(text: str) -> str:
    """Return actors joined by `;`, each a state, an international body, or either with roles behind it (USAMIL).

    Raises
    ------
    ValueError
        One of them is not; the message says what to write.
    """
    return ";".join(dict.fromkeys(_actor(part) for part in text.split(";") if part.strip()))


def _actor(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).strip()
    head, rest = folded[:3], folded[3:]
    roles = [rest[i : i + 3] for i in range(0, len(rest), 3)]
    if (head in ISO3 | UNIONS or _OWN.fullmatch(head)) and all(role in ROLES for role in roles):
        return folded
    if head in ISO3 and rest and folded.isupper() and folded.isascii():
        wrong = next(role for role in roles if role not in ROLES)
        msg = f"{text!r}: {wrong!r} is not a role; {nearest(wrong, sorted(ROLES))}"
        raise ValueError(msg)
    return state_of(text)


def name_of_state(iso3: str, lang: Lang = "en") -> str:
    """Return how a reader calls a state; its code where no name is kept."""
    return NAMES[iso3](lang) if iso3 in NAMES else iso3
