"""Guests: names as a host's calendar has them, or invented words that occur nowhere else."""

from collections.abc import Iterator

from seam_tui.sandbox.seeds import Seeds

_FIRST_TEXT = """
Amelia Ben Chiara Daniel Elena Farid Grace Hiro Ingrid Jonas Kavya Liam Maya Noor Oscar Priya Quentin Rosa Samir
Tess Umar Vera Wes Ximena Yuki Zoe Aidan Bianca Carlos Dora Emre Freya Gustav Hannah Ivan Josie Kwame Lena Mateo
Nina Omar Paula Rafael Sofia Tomas Ursula Victor Wanda Yara Zeno
"""
_LAST_TEXT = """
Okafor Lindqvist Rossi Novak Petrov Haddad Sullivan Tanaka Berg Fischer Iyer Murphy Cohen Aziz Lund Menon Dubois
Alvarez Khan Whitfield Farouk Kowalska Turner Reyes Mori Baker Quinn Costa Mendes Horvat Kaya Olsen Holm Weiss
Popescu Hart Mensah Vogel Ibarra Sato Nasser Keller Duarte Marin Blaha Lang Moreau Nowak Saleh Ferri
"""
_SYLLABLES_TEXT = """
bra cle dro fen gul hix jor kav lum mip nof pry qua ris sko tev vun wex yol zab
"""
_FIRST = _FIRST_TEXT.split()
_LAST = _LAST_TEXT.split()
_SYLLABLES = _SYLLABLES_TEXT.split()


def guest_names(seeds: Seeds, avoid: frozenset[str] = frozenset()) -> Iterator[str]:
    """Names without end, in an order that the seed decides.

    In a world that invents its names each is one invented word and none comes twice.

    Args:
        seeds: Where the names come from.
        avoid: Names that are not given: those of guests with a story of their own.
    """
    seen: set[str] = set()
    while True:
        if not seeds.invents_names:
            name = f"{seeds.random.choice(_FIRST)} {seeds.random.choice(_LAST)}"
            if name not in avoid:
                yield name
            continue
        word = "".join(seeds.random.choices(_SYLLABLES, k=4)).capitalize()
        # A name that holds another would be found where only the other was written.
        if word not in seen:
            seen.add(word)
            yield word
