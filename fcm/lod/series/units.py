"""Units of measurement that policy data use, and what may be converted into what.

A unit is told from a QUDT IRI, a UCUM code or a plain name. It never guesses: what is not in the
table keeps its text and can be converted into nothing but itself. Counts of different things
(persons, dwellings, vehicles) and currencies are kinds of their own.
"""

from __future__ import annotations

import math
import re
import urllib.parse
from dataclasses import dataclass
from types import MappingProxyType

from fcm.errors import EvidenceError, nearest

__all__ = ["UNITS", "Unit", "factor", "scaled", "unit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit of measurement.

    Parameters
    ----------
    code : str
        How the library writes it; the UCUM code where there is one.
    kind : str
        What is measured; units of one kind can be converted.
    scale : float
        How many of the kind's base unit one of it is.
    offset : float
        What is added after scaling, in the base unit (temperatures).
    """

    code: str
    kind: str
    scale: float
    offset: float = 0.0

    def __str__(self) -> str:
        return self.code


# code | kind | scale | other names, separated by commas. The first line of a kind is its base unit.
_TABLE = """
1       | ratio          | 1          | UNITLESS, one, fraction, ratio, dimensionless, PURE
%       | ratio          | 0.01       | PERCENT, percent, percentage, per cent, PC, pct
[ppth]  | ratio          | 0.001      | PERMILLE, per mille, per thousand
[ppm]   | ratio          | 1e-6       | PPM, ppm, parts per million
[ppb]   | ratio          | 1e-9       | PPB, ppb, parts per billion
m       | length         | 1          | M, metre, meter, metres, meters
cm      | length         | 0.01       | CentiM, centimetre, centimeter
mm      | length         | 0.001      | MilliM, millimetre, millimeter
km      | length         | 1000       | KiloM, kilometre, kilometer, kilometres, kilometers
[mi_i]  | length         | 1609.344   | MI, mile, miles
m2      | area           | 1          | M2, m^2, m², square metre, square meter
ha      | area           | 1e4        | HA, hectare, hectares
km2     | area           | 1e6        | KiloM2, km^2, km², square kilometre, square kilometer
m3      | volume         | 1          | M3, m^3, m³, cubic metre, cubic meter
L       | volume         | 0.001      | l, LITRE, LITER, litre, liter, litres, liters
kg      | mass           | 1          | KiloGM, kilogram, kilograms, kilogramme
g       | mass           | 0.001      | GM, gram, grams
t       | mass           | 1000       | TONNE, TON_Metric, tonne, tonnes, metric ton, metric tons
kt      | mass           | 1e6        | KiloTONNE, kilotonne, kilotonnes, 1000 t
Mt      | mass           | 1e9        | MegaTONNE, megatonne, megatonnes
kg/m3   | concentration  | 1          | KiloGM-PER-M3, kg/m³, kg.m-3
mg/m3   | concentration  | 1e-6       | MilliGM-PER-M3, mg/m³, mg.m-3
ug/m3   | concentration  | 1e-9       | MicroGM-PER-M3, µg/m3, μg/m3, µg/m³, μg/m³, ug/m³, ug.m-3
g/km    | mass per way   | 1          | GM-PER-KiloM, gram per kilometre, g CO2/km
s       | time           | 1          | SEC, second, seconds
min     | time           | 60         | MIN, minute, minutes
h       | time           | 3600       | HR, hour, hours
d       | time           | 86400      | DAY, day, days
wk      | time           | 604800     | WK, week, weeks
a       | long time      | 1          | YR, year, years
mo      | long time      | 0.08333333333333333 | MO, month, months
/s      | rate           | 1          | PER-SEC, 1/s, Hz, HZ, per second
/min    | rate           | 0.016666666666666666 | PER-MIN, 1/min, per minute
/h      | rate           | 0.0002777777777777778 | PER-HR, 1/h, per hour
/d      | rate           | 1.1574074074074073e-05 | PER-DAY, 1/d, per day, uses per day
m/s     | speed          | 1          | M-PER-SEC, metre per second, meter per second
km/h    | speed          | 0.2777777777777778 | KiloM-PER-HR, kilometre per hour, kmh, kph
[mi_i]/h | speed         | 0.44704    | MI-PER-HR, mile per hour, mph
J       | energy         | 1          | joule, joules
MJ      | energy         | 1e6        | MegaJ, megajoule
GJ      | energy         | 1e9        | GigaJ, gigajoule
TJ      | energy         | 1e12       | TeraJ, terajoule
kW.h    | energy         | 3.6e6      | KiloW-HR, kWh, kilowatt hour, kilowatt-hour
MW.h    | energy         | 3.6e9      | MegaW-HR, MWh, megawatt hour
GW.h    | energy         | 3.6e12     | GigaW-HR, GWh, gigawatt hour
W       | power          | 1          | watt, watts
kW      | power          | 1000       | KiloW, kilowatt
MW      | power          | 1e6        | MegaW, megawatt
K       | temperature    | 1          | kelvin
Cel     | temperature    | 1          | DEG_C, °C, degC, degree Celsius, Celsius
[degF]  | temperature    | 0.5555555555555556 | DEG_F, °F, degF, degree Fahrenheit, Fahrenheit
Pa      | pressure       | 1          | PA, pascal
hPa     | pressure       | 100        | HectoPA, hectopascal, mbar
dB      | sound level    | 1          | DeciB, decibel
dB[A]   | sound level, A | 1          | DeciB_A, dB(A), dBA
{person} | persons       | 1          | PERSON, person, persons, people, inhabitants, residents
{household} | households | 1          | household, households
{dwelling} | dwellings   | 1          | dwelling, dwellings
{vehicle} | vehicles     | 1          | vehicle, vehicles
{trip}  | trips          | 1          | trip, trips
{job}   | jobs           | 1          | job, jobs
{number} | number        | 1          | NUM, count, number, NUMBER
{person}/km2 | density   | 1          | persons/km2, people per km2, inhabitants/km2
/100000 | cases by head  | 1e-5       | per 100 000, per 100,000, per 100000, /10*5
/1000   | cases by head  | 1e-3       | per 1 000, per 1,000, per 1000, /10*3
EUR     | euro           | 1          | euro, euros, €
kEUR    | euro           | 1000       | 1000 EUR, 1 000 euro, thousand euro, k€
MEUR    | euro           | 1e6        | million euro, mln euro, EUR million, euro million, M€
GBP     | pound          | 1          | pound sterling, £
MGBP    | pound          | 1e6        | gbp-million, £ Million, million pounds, GBP million
USD     | US dollar      | 1          | US dollar, US$
MUSD    | US dollar      | 1e6        | million US dollar, USD million
"""
_OFFSETS = {"Cel": 273.15, "[degF]": 459.67 * 5 / 9}
_BASES = (
    "http://qudt.org/vocab/unit/",
    "https://qudt.org/vocab/unit/",
    "http://qudt.org/vocab/unit#",
    "http://qudt.org/vocab/currency/",
    "http://publications.europa.eu/resource/authority/currency/",
    "http://www.wikidata.org/entity/",
)
_WIKIDATA = {
    "Q199": "1", "Q11229": "%", "Q11573": "m", "Q828224": "km", "Q25343": "m2", "Q35852": "ha",
    "Q712226": "km2", "Q11570": "kg", "Q191118": "t", "Q4916": "EUR", "Q25267": "Cel",
}  # fmt: skip
_ONLY_IN_QUDT = {"M", "M2", "M3", "MI", "MO", "HA", "GM", "PA", "HR", "WK"}
_CURRENCY = re.compile(r"https?://[^\s?#]+/currency/([A-Z]{3})")
_POWER = re.compile(r"10\^(-?\d{1,2}) (.+)", re.ASCII)


def _read_table() -> tuple[dict[str, Unit], dict[str, str], dict[str, str]]:
    units: dict[str, Unit] = {}
    exact: dict[str, str] = {}
    loose: dict[str, set[str]] = {}
    for line in _TABLE.strip().splitlines():
        code, kind, scale, names = (each.strip() for each in line.split("|"))
        units[code] = Unit(code=code, kind=kind, scale=float(scale), offset=_OFFSETS.get(code, 0.0))
        for name in (code, *(each.strip() for each in names.split(", "))):
            exact[name] = code
            loose.setdefault(name.casefold(), set()).add(code)
    # In short codes the case tells units apart ("Mt", "mt", "M"); only words may be written anyhow.
    words = {name: min(codes) for name, codes in loose.items() if len(codes) == 1 < len(name) // 2}
    return units, exact, words


_UNITS, _EXACT, _LOOSE = _read_table()
UNITS = MappingProxyType(_UNITS)


def unit(written: str) -> Unit | None:
    """Return the unit that a publisher means; None if the table does not hold it.

    Parameters
    ----------
    written : str
        A QUDT IRI, a UCUM code, a plain name, or "10^6 EUR" for a unit with a multiplier.

    Examples
    --------
    >>> unit("http://qudt.org/vocab/unit/MicroGM-PER-M3"), unit("µg/m³") == unit("ug/m3")
    (Unit(code='ug/m3', kind='concentration', scale=1e-09, offset=0.0), True)
    >>> unit("bushels") is None
    True
    """
    text = " ".join(written.split())
    if found := _POWER.fullmatch(text):
        base = unit(found.group(2))
        if base is None or base.offset:
            return None
        return Unit(code=text, kind=base.kind, scale=base.scale * 10.0 ** int(found.group(1)))
    if found := _CURRENCY.fullmatch(text):
        text = found.group(1)
    for base_iri in _BASES:
        if text.startswith(base_iri):
            text = urllib.parse.unquote(text[len(base_iri) :])
            text = _WIKIDATA.get(text, text)
            break
    else:
        if "://" in text or text.startswith("urn:") or text in _ONLY_IN_QUDT:
            return None
    code = _EXACT.get(text) or _LOOSE.get(text.casefold())
    return _UNITS[code] if code is not None else None


def scaled(written: str, power: int) -> str:
    """Return the unit whose values are multiplied by a power of ten (SDMX ``unitMult``).

    Examples
    --------
    >>> scaled("EUR", 6), scaled("EUR", 0)
    ('10^6 EUR', 'EUR')
    """
    return written if power == 0 else f"10^{power} {written or '1'}"


def factor(given: str, wanted: str) -> tuple[float, float]:
    """Return (a, b) so that a value in the wanted unit is ``a * value + b``.

    Parameters
    ----------
    given, wanted : str
        As publishers write them.

    Raises
    ------
    EvidenceError
        If one of them is not in the table, or they measure different things.

    Examples
    --------
    >>> factor("t", "kg"), factor("%", "1")
    ((1000.0, 0.0), (0.01, 0.0))
    """
    if given == wanted:
        return 1.0, 0.0
    known = {}
    for name in (given, wanted):
        found = unit(name)
        if found is None:
            raise EvidenceError(
                f"unit {name!r} is not known, so that nothing can be converted from {given!r} to "
                f"{wanted!r}; expected a QUDT IRI, a UCUM code or a name such as 'kg'. "
                f"{nearest(name, tuple(_EXACT))}"
            )
        known[name] = found
    one, two = known[given], known[wanted]
    if one.kind != two.kind:
        raise EvidenceError(
            f"{given!r} measures {one.kind} and {wanted!r} measures {two.kind}; there is no "
            "factor between them."
        )
    a = one.scale / two.scale
    rounded = round(a)
    if rounded and math.isclose(a, rounded, rel_tol=1e-14):
        a = float(rounded)
    return a, (one.offset - two.offset) / two.scale
