"""What the class and id of an element hint at: words that publishers of many countries use alike, as bits."""

import re
from functools import lru_cache

_GROUPS = {
    "article": r"article|artikel|articulo|articolo|story|post(?!er)|entry|noticia|newsitem",
    "body": r"body|content|inhalt|contenu|contenido|corpo|cuerpo|text|copy|prose|richtext|wysiwyg",
    "paragraph": r"^para$|paragraph|absatz|parrafo|paragraf|textblock|blocktext",
    "title": r"title|titel|titulo|titre|titolo|headline|heading|überschrift|rubrik",
    "lead": r"lead|lede|summary|standfirst|intro|deck|^dek$|chapo|abstract|excerpt|subtitle|subhead|^sub$|preamble|"
    r"ingress|vorspann|entradilla|sapo|occhiello|sommario|description",
    "caption": r"caption|legend|bildunterschrift|bildtext|leyenda|onderschrift|cutline",
    "image": r"image|img|photo|foto|picture|bild|gallery|galerie|galeria|slide|carousel|figure|thumb",
    "credit": r"credit|copyright|quelle|rights|photographer|fotograf",
    "author": r"author|autor|auteur|byline|signature|writer|redakt|journalist|contributor|reporter|^bio$|profile",
    "date": r"date|datum|fecha|time|publish|posted|updated|^meta$|dateline",
    "share": r"share|sharing|social|facebook|twitter|whatsapp|telegram|follow|teilen|compartir|partage",
    "related": r"relat|recommend|recirc|similar|also|more|next|popular|trending|^most$|mostread|latest|mehr|weitere|"
    r"verwandt|aehnlich|^lees|^lire$|^leia|aanbevol|recomend|suggest|^other|^autres",
    "teaser": r"teaser|card|promo|tile|grid|feed|river|listing|stream|archive|collection|headlines|swiper|slick|owl-",
    "comments": r"comment|kommentar|comentario|commentaire|discussion|disqus|reply|respond|forum",
    "navigation": r"nav|menu|breadcrumb|masthead|topbar|header|toolbar|skip",
    "footer": r"footer|bottom|colophon|legal|imprint|impressum|pied",
    "sidebar": r"sidebar|aside|rail|secondary|widget|rightcol|^right$|complement",
    "box": r"box|module|inset|factbox|infobox|^fact|kasten|panel|callout|highlight|accordion|collaps",
    "newsletter": r"newsletter|subscri|signup|^sign$|^abos?$|abonn|register|regwall|login|paywall|piano|offer|"
    r"membership|donat|support",
    "advertisement": r"^ads?$|^adv$|advert|^gpt$|anzeige|werbung|publicidad|publicit|sponsor|banner|outbrain|taboola|"
    r"commercial|dfp",
    "consent": r"cookie|consent|onetrust|didomi|usercentrics|cmp$|gdpr|privacy|modal|popup|overlay|dialog|toast|"
    r"notification|alert",
    "tags": r"^tags?$|taglist|topic|categor|keyword|label|kicker|eyebrow|dachzeile|spitzmarke|badge",
    "main": r"main|primary|hauptinhalt|principal|detail",
    "hidden": r"hidden|^sr$|visually|screenreader|^reader$|invisible|offscreen|print|noshow|^none$",
    "quote": r"quote|zitat|citation|^cita$|testimonial",
    "note": r"correction|disclaimer|notice|footnote|^editors?$|erratum|^notes?$",
    "live": r"live|ticker|timeline|update|minute|keyevent",
    "question": r"faq|question|answer|interview|^qa$",
    "form": r"search|form|input|button|btn|cta|field|survey|^polls?$|vote",
    "embed": r"embed|tweet|instagram|youtube|video|player|audio|podcast|iframe|oembed",
    "table": r"table|chart|graphic|infograph|^maps?$|^stats?$|statistic|score",
    "layout": r"wrap|container|inner|outer|row|^col(?:umn)?s?$|layout|wrapper|section|group",
}  # fmt: skip
GROUPS = len(_GROUPS)
BIT = {name: 1 << number for number, name in enumerate(_GROUPS)}
"""The bit of each group in a mask."""
_PATTERN = re.compile("|".join(f"(?P<{name}>{words})" for name, words in _GROUPS.items()))
_WORD = re.compile(r"[A-Z]?[a-zäöüßàâéèêíóñç]+|[A-Z]+(?![a-z])")
_LONGEST = 300


@lru_cache(maxsize=50_000)
def class_mask(marks: str) -> int:
    """One bit for each group of words found in `marks`, the class and id of an element as printed."""
    mask = 0
    for token in marks[:_LONGEST].replace("-", " ").replace("_", " ").split():
        mask |= _token_mask(token)
    return mask


@lru_cache(maxsize=100_000)
def _token_mask(token: str) -> int:
    """Pages share most tokens, and few whole classes."""
    mask = 0
    for word in _WORD.findall(token):
        if len(word) > 1:
            mask |= _word_mask(word.lower())
    return mask


@lru_cache(maxsize=50_000)
def _word_mask(word: str) -> int:
    mask = 0
    for found in _PATTERN.finditer(word):
        if found.lastgroup:
            mask |= BIT[found.lastgroup]
    return mask
