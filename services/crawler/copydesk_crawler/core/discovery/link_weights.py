"""Weights of the model of article links, as `services/crawler/training/article_links.py` wrote them."""

BIAS = -3.279
WEIGHTS = {
    "slug words": 3.377,
    "slug length": 1.999,
    "slug": 1.750,
    "number": 0.669,
    "number in query": 0.137,
    "query": 0.128,
    "date": 1.464,
    "depth": 0.634,
    "one word": -2.367,
    "extension": 0.127,
    "no story": -4.267,
    "courlan": 1.475,
    "text words": 1.354,
    "short text": -2.337,
    "no text": 0.658,
    "heading": 1.761,
    "furniture": -1.954,
    "teaser": 0.386,
    "peers": -0.401,
}
