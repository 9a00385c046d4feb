"""Names and words of made-up holders, in many scripts; none of them is anybody's."""

from __future__ import annotations

NAMES = (
    (
        ("Zoë", "Åse", "Łukasz", "Çağla", "Þóra", "Nguyễn"),
        ("Ångström", "Brøgger", "Źródło", "Şimşek", "Ó Súilleabháin"),
    ),
    (
        ("Ada", "Owen", "Imke", "Jorge", "Renée", "Tom"),
        ("Brook", "de la Cruz", "O’Hara", "van Dijk", "Müller-Lüdenscheid"),
    ),
    (("Ελένη", "Νίκος", "Ζωή"), ("Παπαδοπούλου", "Οικονόμου")),
    (("Юлія", "Семён", "Жанна", "Ђорђе"), ("Їжакевич", "Щербакова", "Ћирић")),
    (("ليلى", "عمر", "نور"), ("الحداد", "بن يوسف")),
    (("נועה", "אריאל"), ("כהן־לוי", "בן־דוד")),
    (("अनिता", "विक्रम"), ("शर्मा", "कुलकर्णी")),
    (("தமிழ்ச்செல்வி", "முருகன்"), ("கண்ணன்",)),
    (("小明", "丽华", "子轩"), ("王", "欧阳")),
    (("さくら", "健太"), ("山田", "𠮷野")),
    (("지우", "서연"), ("김", "남궁")),
    (("มาลี", "สมชาย"), ("แสงทอง",)),
    (("ሰላም", "አበበ"), ("ተስፋዬ",)),
    (("Նարե", "Արամ"), ("Պետրոսյան",)),
    (("ნინო", "გიორგი"), ("ბერიძე",)),
)
"""First names and family names, by script: Latin twice, Greek, Cyrillic, Arabic, Hebrew, Devanagari, Tamil, Han, Japanese
(one sign beyond U+FFFF), Hangul, Thai, Ethiopic, Armenian, Georgian."""

ANIMALS = ("otter", "heron", "wren", "marten", "dipper", "bream", "shrew", "merlin", "badger", "newt", "stoat", "teal")

NARRATIVES = (
    "Three outings in wind, one of them by night.",
    "Mended the *Second Wind*: a new rib, two metres of skin.\n\n- cause: a strap\n- cure: cedar and patience",
    "Ran the evening alone & kept the log <without a gap>.",
    "Przepłynęła całą trasę; świetnie radziła sobie z prądem.",
    "負けずに最後まで漕ぎました。",
    "أكملت الدورة بنجاح، وساعدت الآخرين.",
    'Said "easy oar" 🚣 at the right moment, twelve times.',
    "Πέρασε όλες τις δοκιμασίες με την πρώτη.",
)

EVIDENCE_NAMES = (
    "Logbook of the season",
    "Photograph of the knot “bowline”",
    "Протокол испытания",
    "Zdjęcie z zawodów",
    "航海日志",
    "سجل الرحلة",
    "Plan & list of materials",
)
GENRES = ("Photograph", "Logbook", "Drawing", "Film", "Report")

SUBJECTS = (
    "Rowing",
    "Knots",
    "Sculling",
    "Coxing",
    "First Aid",
    "Boat Repair",
    "Splicing",
    "Navigation",
    "Signals",
    "Rescue",
)
LEVELS = ("Start", "Bronze", "Silver", "Gold", "Leader")
