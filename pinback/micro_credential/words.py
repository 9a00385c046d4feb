"""The words of the signed section of a micro-credential, by language; other languages have the English ones.

They are no words of the interface, which a club or a later version may change: these are signed. Words are added here, never
changed (``micro_credential``).
"""

from __future__ import annotations

_NAMES = (
    *(
        "title",
        "learning_outcomes",
        "workload",
        "hours",
        "level",
        "eqf",
        "qf_ehea",
        "short",
        "first",
        "second",
        "third",
    ),
    *("no_level", "assessment", "participation", "quality_assurance", "prerequisites", "supervision", "stackability"),
    "information",
)
_BY_LANGUAGE = {
    "en": (
        *("Micro-credential", "Learning outcomes", "Workload", "hours (notional)", "Level"),
        *("European Qualifications Framework (EQF), level", "European Higher Education Area (QF-EHEA)"),
        *("short cycle", "first cycle (bachelor)", "second cycle (master)", "third cycle (doctorate)"),
        *("no level of a qualifications framework applies", "Assessment", "Form of participation", "Quality assurance"),
        *("Prerequisites", "Supervision and identity check during the assessment", "Builds up to other qualifications"),
        "Further information",
    ),
    "de": (
        *("Microcredential", "Lernergebnisse", "Arbeitsaufwand", "Stunden (geschätzt)", "Niveau"),
        *("Europäischer Qualifikationsrahmen (EQR), Niveau", "Europäischer Hochschulraum (QF-EHEA)"),
        *("Kurzstudiengang", "erster Zyklus (Bachelor)", "zweiter Zyklus (Master)", "dritter Zyklus (Promotion)"),
        *("kein Niveau eines Qualifikationsrahmens", "Prüfung", "Form der Teilnahme", "Qualitätssicherung"),
        *("Voraussetzungen", "Aufsicht und Prüfung der Identität bei der Prüfung", "Anrechenbar auf andere Abschlüsse"),
        "Weitere Auskünfte",
    ),
    "es": (
        *("Microcredencial", "Resultados de aprendizaje", "Carga de trabajo", "horas (estimadas)", "Nivel"),
        *("Marco Europeo de Cualificaciones (MEC), nivel", "Espacio Europeo de Educación Superior (QF-EHEA)"),
        *("ciclo corto", "primer ciclo (grado)", "segundo ciclo (máster)", "tercer ciclo (doctorado)"),
        *("ningún nivel de un marco de cualificaciones", "Evaluación", "Forma de participación"),
        *(
            "Garantía de la calidad",
            "Requisitos previos",
            "Supervisión y verificación de la identidad en la evaluación",
        ),
        *("Acumulable hacia otras cualificaciones", "Más información"),
    ),
    "fr": (
        *("Microcertification", "Acquis d’apprentissage", "Charge de travail", "heures (estimation)", "Niveau"),
        *("Cadre européen des certifications (CEC), niveau", "Espace européen de l’enseignement supérieur (QF-EHEA)"),
        *("cycle court", "premier cycle (licence)", "deuxième cycle (master)", "troisième cycle (doctorat)"),
        *("aucun niveau d’un cadre de certifications", "Évaluation", "Forme de participation", "Assurance qualité"),
        *("Prérequis", "Surveillance et vérification de l’identité lors de l’évaluation"),
        *("Cumulable avec d’autres certifications", "Plus d’informations"),
    ),
    "pl": (
        *("Mikropoświadczenie", "Efekty uczenia się", "Nakład pracy", "godz. (szacunkowo)", "Poziom"),
        *("Europejskie Ramy Kwalifikacji (ERK), poziom", "Europejski Obszar Szkolnictwa Wyższego (QF-EHEA)"),
        *("krótki cykl", "pierwszy cykl (licencjat)", "drugi cykl (magister)", "trzeci cykl (doktorat)"),
        *("nie dotyczy żaden poziom ram kwalifikacji", "Sprawdzenie", "Forma udziału", "Zapewnianie jakości"),
        *("Wymagania wstępne", "Nadzór i sprawdzenie tożsamości podczas oceny", "Można łączyć z innymi kwalifikacjami"),
        "Więcej informacji",
    ),
    "ar": (
        *("شهادة مصغّرة", "مخرجات التعلّم", "عبء العمل", "ساعة (تقديرًا)", "المستوى"),
        *("الإطار الأوروبي للمؤهلات (EQF)، المستوى", "منطقة التعليم العالي الأوروبية (QF-EHEA)"),
        *("الحلقة القصيرة", "الحلقة الأولى (البكالوريوس)", "الحلقة الثانية (الماجستير)", "الحلقة الثالثة (الدكتوراه)"),
        *("لا ينطبق مستوى من إطار للمؤهلات", "التقييم", "شكل المشاركة", "ضمان الجودة", "المتطلبات السابقة"),
        *("الإشراف والتحقق من الهوية أثناء التقييم", "يُحتسب ضمن مؤهلات أخرى", "مزيد من المعلومات"),
    ),
    "zh": (
        *("微证书", "学习成果", "学习量", "小时（估算）", "级别"),
        *("欧洲资格框架（EQF）级别", "欧洲高等教育区（QF-EHEA）"),
        *("短期阶段", "第一阶段（学士）", "第二阶段（硕士）", "第三阶段（博士）"),
        *("不适用任何资格框架的级别", "考核", "参与形式", "质量保证", "先修要求"),
        *("考核时的监督与身份核实", "可累积至其他资格", "更多信息"),
    ),
}
SECTION_WORDS = {tag: dict(zip(_NAMES, words, strict=True)) for tag, words in _BY_LANGUAGE.items()}
"""By language, the heading, the labels and the words of levels."""
