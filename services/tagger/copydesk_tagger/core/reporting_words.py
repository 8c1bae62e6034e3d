"""Words with which news reports what was said: frequent in an article, rare enough elsewhere, and never its subject."""

from copydesk_tagger.core.scripts import listed, primary

_WORDS: dict[str, frozenset[str]] = {
    "en": listed(
        "said says saying told tells reported reportedly reports according added adding announced stated statement "
        "spokesman spokeswoman spokesperson insisted reporters monday tuesday wednesday thursday friday saturday sunday"
    ),
    "nl": listed(
        "zei zegt gezegd zeggen meldt melden meldde gemeld aldus vertelt vertelde verklaarde verklaart liet laat weten "
        "benadrukte woordvoerder woordvoerster maandag dinsdag woensdag donderdag vrijdag zaterdag zondag"
    ),
    "de": listed(
        "sagte sagten sagen erklärte erklärten berichtete berichteten berichtet teilte mitteilte betonte hieß sprecher "
        "sprecherin angaben montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag"
    ),
    "fr": listed(
        "déclaré dit affirmé annoncé indiqué précisé expliqué ajouté souligné assuré rapporté selon déclarer affirmer "
        "indiquer préciser ajouter lundi mardi mercredi jeudi vendredi samedi dimanche"
    ),
    "es": listed(
        "dijo dijeron afirmó aseguró señaló indicó explicó añadió anunció declaró informó según afirmar asegurar "
        "señalar portavoz lunes martes miércoles jueves viernes sábado domingo"
    ),
    "it": listed(
        "detto dice dichiarato affermato spiegato aggiunto annunciato riferito sottolineato secondo dichiarare "
        "affermare spiegare riferire portavoce lunedì martedì mercoledì giovedì venerdì sabato domenica"
    ),
    "pl": listed(
        "powiedział powiedziała poinformował poinformowała dodał dodała oświadczył oświadczyła przekazał przekazała "
        "podkreślił podkreśliła twierdzi powiedzieć poinformować dodać oświadczyć podkreślić rzecznik rzeczniczka "
        "poniedziałek wtorek środa czwartek piątek sobota niedziela"
    ),
    "ru": listed(
        "сказал сказала сказать заявил заявила заявили заявить сообщил сообщила сообщили сообщает сообщить отметил "
        "отметила отметить добавил добавила добавить подчеркнул подчеркнула подчеркнуть рассказал рассказала словам "
        "понедельник вторник среда четверг пятница суббота воскресенье"
    ),
    "uk": listed(
        "сказав сказала сказати заявив заявила заявили заявити повідомив повідомила повідомили повідомляє повідомити "
        "зазначив зазначила зазначити додав додала додати наголосив наголосила розповів розповіла словами "
        "понеділок вівторок середа четвер пʼятниця п'ятниця субота неділя"
    ),
    "pt": listed(
        "disse disseram afirmou declarou anunciou explicou acrescentou informou segundo afirmar declarar acrescentar "
        "porta-voz segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo"
    ),
    "ar": listed(
        "قال قالت وقال وقالت قالوا أعلن أعلنت وأعلن وأعلنت أكد أكدت وأكد وأكدت أضاف أضافت وأضاف وأضافت أوضح وأوضح "
        "أوضحت ذكر ذكرت وذكرت صرح المتحدث الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد"
    ),
    "zh": listed("表示 介绍 指出 报道 据悉 记者 透露 宣布 强调 认为 称 发言人 周一 周二 周三 周四 周五 周六 周日"),
    "ja": listed("述べ 語っ 発表 明らか 記者 報道"),
}


def reporting_words(language: str) -> frozenset[str]:
    """In small letters, as they stand in a text and in their base form; days of the week are among them."""
    return _WORDS.get(primary(language), frozenset())
