"""Query parameters that never say what to show: campaign marks, click identifiers and session ids.

The names are public facts, gathered from the vendors' documentation and checked against two openly licensed lists:
Brave's clean-urls.json (MPL-2.0) and DuckDuckGo's tracking-parameters.json (Apache-2.0). Names that only some sites use
so, such as `ref` or `source`, are not here: `copydesk_crawler.core.urls.url_parameters` learns those site by site.
"""

import re
from urllib.parse import unquote

TRACKING_PREFIXES = (
    "utm_",
    "utm-",
    "mtm_",
    "matomo_",
    "piwik_",
    "hsa_",
    "itm_",
    "bsft_",
    "hmb_",
    "gaa_",
    "guce_",
    "cm_mmc",
    "_branch_",
    "brave-c",
)
"""Parameters that begin so tell the site where a reader came from, never what to show."""

_NAMES = """__hsfp __hssc __hstc __s _bhlid _ga _gl _hsenc _hsmi _ke _kx _openstat action_object_map action_ref_map
action_type_map adj_campaign adj_creative adj_t af_sub1 amp_gsa amp_js_v amp_kit asc_campaign asc_refurl asc_source
asgtbndr at_campaign at_campaign_type at_channel at_creation at_custom1 at_custom2 at_custom3 at_custom4
at_detail_placement at_emailtype at_format at_general_placement at_link_id at_link_origin at_link_type at_medium
at_network at_platform at_ptr_name at_recipient_id at_recipient_list at_send_date cm_cr cm_me cm_re cm_sp cmpid cx_click
cx_recsorder cx_recswidget dclid dicbo dm_i ef_id elqtrack elqtrackid epik et_cid et_rid fb_action_ids fb_action_types
fb_comment_id fb_ref fb_source fbclid ftag ga_campaign ga_content ga_medium ga_place ga_source ga_term gad_campaignid
gad_source gbraid gclid gclsrc gs_l guccounter h_sid h_slt hsctatracking igsh igshid intcid ir_adid ir_campaignid
ir_partnerid irclickid irgwc li_fat_id mc_cid mc_eid mkt_tok ml_subscriber ml_subscriber_hash msclkid ns_campaign ns_fee
ns_linkname ns_mchannel ns_source oborigurl oly_anon_id oly_enc_id pk_campaign pk_kwd pk_source rb_clickid rdt_cid
ref_src ref_url s_cid s_kwcid sc_cid scm sfmc_id smprod smtyp soc_src soc_trk spm srsltid ss_campaign_id ss_source
sscid taboola_hp tbclid tblci tduid tpcc trk_contact trk_module trk_msg trk_sid ttclid twclid unicorn_click_id usqp
vero_conv vero_id vgo_ee wbraid wickedid wt.mc_ev wt.mc_id wt_mc wt_mc_o wt_zmc xtor xtref yadclid yadordid yclid
ymclid ysclid"""
TRACKING_PARAMETERS = frozenset(_NAMES.split())
"""Click identifiers and campaign marks with names of their own, in lower case."""

CONTESTED = frozenset("cmpid ftag intcid s_cid scm sc_cid smprod smtyp spm tpcc wickedid xtor".split())  # noqa: SIM905
"""Listed names short or plain enough that a site may mean something else: one that keeps them is believed."""

_SESSION = frozenset("phpsessid jsessionid asp.net_sessionid cftoken oscsid zenid xtcsid".split())  # noqa: SIM905
_PERHAPS_SESSION = frozenset("s sid ssid sess sessid session sessionid session_id session-id phpsid".split())  # noqa: SIM905
_TOKEN = re.compile(r"(?=[a-z]*[0-9])(?=[0-9]*[a-z])(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-v]{26})", re.IGNORECASE)
"""Session ids as PHP, phpBB and vBulletin make them. Other lengths, UUIDs among them, name stories on some sites."""

_PATH_PARAMETER = re.compile(r";(?:jsessionid|phpsessid|sessionid|sid)=[^;/]*", re.IGNORECASE)
_COOKIELESS = re.compile(r"\((?:[A-Z]\([A-Za-z0-9_-]{8,}\))+\)")
"""ASP.NET's session id as a path segment: `(S(lit3py55t21z5v55vlm25s55))`."""


def says_nothing(pair: str, kept: frozenset[str] = frozenset()) -> bool:
    """Whether a parameter as written may go; `kept` are contested ones of a site that means something by them."""
    raw, _, value = pair.partition("=")
    name = (unquote(raw) if "%" in raw else raw).lower()
    if name in TRACKING_PARAMETERS or name.startswith(TRACKING_PREFIXES):
        return name not in kept or name not in CONTESTED
    if name in _SESSION or name.startswith("aspsessionid"):
        return True
    return name in _PERHAPS_SESSION and name not in kept and bool(_TOKEN.fullmatch(value))


def without_session(segment: str) -> str | None:
    """A path segment without its session id; None when it was nothing else."""
    if ";" in segment:
        return _PATH_PARAMETER.sub("", segment)
    return None if segment.startswith("(") and _COOKIELESS.fullmatch(segment) else segment
