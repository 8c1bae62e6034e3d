"""Words that tell what an article is about, where a name alone does not tell who is meant."""

from copydesk_tagger.core import linking_words, scripts


def _keys(words: str) -> frozenset[str]:
    """Words as they are looked up; those in Chinese and Japanese as they stand."""
    return frozenset(linking_words.key(linking_words.fold(word), scripts.of_name(word)) for word in words.split())


_BUSINESS = _keys(
    """
    shares shareholders stock company companies ceo billion million revenue profit sales iphone smartphone app
    software investors market quarterly chief executive antitrust lawsuit customers users tech workers
    aandelen bedrijf concern miljard omzet winst klanten beurs topman aktie aktien konzern unternehmen
    milliarden umsatz gewinn kunden börse entreprise groupe milliards milliard chiffre bénéfice clients bourse
    pdg opérateur empresa compañía acciones millones bolsa ventas beneficios clientes azienda società miliardi
    azioni ricavi utili clienti borsa ações lucro vendas bilhões spółka firma akcje miliardów zysk klienci
    giełda компания компании акции миллиардов выручка прибыль клиентов компанія компанії акцій мільярдів
    прибуток شركة أسهم مليار أرباح عملاء 公司 股价 股票 亿元 亿美元 营收 用户 利润 手机 企業
    株価 億円 şirket hisse milyar
    """
)

_SPORT = _keys(
    """
    match club goal goals coach league cup season player players striker midfielder football soccer
    championship basketball nba team fans stadium tournament wedstrijd doelpunt trainer competitie seizoen
    speler voetbal beker spiel tor tore liga saison spieler fußball verein bundesliga pokal entraîneur but
    buts ligue joueur coupe partido gol goles entrenador temporada jugador fútbol copa partita allenatore
    campionato stagione calcio giocatore calciatore serie mecz trener sezon piłkarz bramka jogo treinador
    campeonato jogador futebol torcida матч гол тренер лига сезон игрок футбол клуб кубок гравець مباراة هدف
    مدرب دوري موسم لاعب كرة القدم نادي 比赛 球队 球员 进球 教练 联赛 赛季 足球 試合 監督 maç teknik
    """
)

_PRESS = _keys(
    """
    newspaper reported reports magazine journalist interview editor daily weekly correspondent published krant
    meldt schrijft zeitung berichtet berichtete magazin blatt journal quotidien rapporte selon hebdomadaire
    periódico diario revista entrevista según giornale quotidiano intervista settimanale gazeta dziennik
    tygodnik podał jornal segundo газета журнал сообщает сообщила издание интервью пише повідомляє видання
    صحيفة مجلة ذكرت مقابلة 报道 报纸 杂志 记者 新聞 報道 gazete
    """
)

_POLITICS = _keys(
    """
    president minister government parliament party election elections vote voters senator senate congress
    coalition prime politician policy mp mps campaign opposition lawmakers republican democrat regering partij
    kamer verkiezingen premier regierung partei wahl wahlen bundestag koalition gouvernement parti élection
    élections ministre député gobierno partido elecciones ministro diputado governo partito elezioni deputato
    rząd partia wybory poseł sejm eleições deputado правительство партия выборы министр депутат президент уряд
    партія вибори міністр حكومة حزب انتخابات وزير رئيس البرلمان
    政府 总统 选举 政党 总理 议会 首相 大統領 選挙 hükümet seçim
    bakan
    """
)

OF_KIND = {
    "company": _BUSINESS,
    "club": _SPORT,
    "athlete": _SPORT,
    "media": _PRESS,
    "party": _POLITICS,
    "politician": _POLITICS,
}
"""What speaks for a thing of each kind (`Known.kind`)."""

TITLES = _keys(
    """
    president minister premier chancellor king queen pope prime mr mrs ms dr sir lord lady senator governor
    secretary general foreign finance defence defense leader chief vice former ex late crown prince princess
    emperor koning koningin bondskanselier paus kanzler bundeskanzler kanzlerin präsident präsidentin
    ministerpräsident außenminister papst könig herr frau président présidente ministre chancelier roi pape
    madame monsieur presidente primer ministro ministra canciller rey papa cancelliere re primeiro chanceler
    prezydent kanclerz papież król prezes pan pani президент президента премьер министр канцлер король папа
    лидер глава премʼєр міністр лідер الرئيس رئيس وزير الوزير الملك الأمير البابا المستشار المستشارة السيد
    cumhurbaşkanı başbakan bakan presiden
    """
)
"""Words that stand before a surname and are no part of the name."""
