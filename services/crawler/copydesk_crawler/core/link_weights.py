"""Weights of the model of article links, as `services/crawler/training/article_links.py` wrote them."""

BIAS = -3.242
WEIGHTS = {
    "slug words": 3.371,
    "slug length": 2.004,
    "slug": 1.716,
    "number": 0.663,
    "number in query": 0.037,
    "query": 0.097,
    "date": 1.465,
    "depth": 0.641,
    "one word": -2.491,
    "extension": 0.084,
    "no story": -4.239,
    "courlan": 1.446,
    "text words": 1.361,
    "short text": -2.308,
    "no text": 0.664,
    "heading": 1.727,
    "furniture": -1.933,
    "teaser": 0.385,
    "peers": -0.389,
}
