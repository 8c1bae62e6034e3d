"""Texts as copied off news pages, written for these tests: a body in eleven languages and the mess around it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Story:
    """A clean story with the furniture that a page of its language prints around it."""

    language: str
    title: str
    dateline: str
    place: str
    agencies: tuple[str, ...]
    paragraphs: tuple[str, ...]
    head: str
    ago: tuple[str, str, str]
    teasers: tuple[str, str, str]


STORIES = (
    Story(
        "nl",
        "Brug over de Waal gaat drie weken dicht",
        "NIJMEGEN (ANP/BELGA) - ",
        "NIJMEGEN",
        ("ANP", "BELGA"),
        (
            "De oude verkeersbrug gaat vanaf maandag drie weken dicht voor groot onderhoud. Automobilisten moeten omrijden over de snelweg.",
            "Volgens de wethouder is het werk niet langer uit te stellen. Vijftig minuten geleden ging nog een inspecteur met een lamp onder de bogen door.",
            "Fietsers kunnen de brug wel blijven gebruiken. De gemeente zet extra pontjes in voor voetgangers.",
        ),
        "Meer uit Regio",
        ("12 minuten geleden", "1 uur geleden", "3 uur geleden"),
        (
            "ARNHEM (ANP) - In het park zijn tien nieuwe eiken geplant. De bomen komen van een kweker uit Drenthe.",
            "ZWOLLE (ANP) - De bibliotheek krijgt een nieuw dak. Dat heeft de raad dinsdag besloten.",
            "GRONINGEN (ANP/DPA) - Een ijsbeer van karton heeft een prijs gewonnen.",
        ),
    ),
    Story(
        "en",
        "Harbour town votes to keep its last ferry",
        "PORT ELLERY, Scotland (AP) — ",
        "PORT ELLERY",
        ("AP",),
        (
            "Residents voted on Thursday to keep the last ferry running through the winter. The count took less than an hour.",
            "“It left 50 minutes ago and it was full,” the harbour master said. He has run the pier since 1998.",
            "The council will publish the cost next month. A second vote is not planned.",
        ),
        "More from Scotland",
        ("5 minutes ago", "1 hour ago", "2 days ago"),
        (
            "Lighthouse keeper retires after forty winters",
            "School choir to sing on the new pier",
            "Fishing fleet returns with empty nets",
        ),
    ),
    Story(
        "de",
        "Stadtwerke tauschen alte Laternen aus",
        "KASSEL, 4. Juli (dpa/AFP) - ",
        "KASSEL",
        ("DPA", "AFP"),
        (
            "In der Innenstadt werden bis Herbst alle Gaslaternen ersetzt. Die Stadt rechnet mit Kosten von zwei Millionen Euro.",
            "Vor 3 Stunden begann der Umbau am Marktplatz, wie ein Sprecher sagte. Anwohner reagierten gelassen.",
            "Die alten Laternen sollen in ein Museum kommen. Wann es öffnet, ist offen.",
        ),
        "Mehr zum Thema",
        ("vor 20 Minuten", "vor 3 Stunden", "vor 2 Tagen"),
        ("Schwimmbad öffnet wieder", "Neue Linie für den Nachtbus", "Bäckerei backt für die Feuerwehr"),
    ),
    Story(
        "fr",
        "La bibliothèque municipale ouvrira le dimanche",
        "DIJON (AFP) – ",
        "DIJON",
        ("AFP",),
        (
            "La bibliothèque municipale ouvrira ses portes le dimanche dès septembre. Le conseil a voté la mesure lundi soir.",
            "Il y a 2 heures, les premiers lecteurs faisaient déjà la queue. Le maire s'en réjouit.",
            "Six agents seront recrutés. Le budget reste à préciser.",
        ),
        "À lire aussi",
        ("il y a 10 minutes", "il y a 2 heures", "il y a 3 jours"),
        ("Le marché couvert change d'horaires", "Un concours de pains au levain", "Le tramway reprend du service"),
    ),
    Story(
        "es",
        "El mercado central estrena tejado nuevo",
        "Zaragoza, 4 jul (EFE).- ",
        "Zaragoza",
        ("EFE",),
        (
            "El mercado central estrena este viernes un tejado de cristal. La obra ha durado catorce meses.",
            "Los comerciantes celebran el cambio. Hace 3 horas aún barrían los últimos cristales.",
            "El ayuntamiento prevé más visitas. La inauguración será a mediodía.",
        ),
        "Más noticias",
        ("hace 15 minutos", "hace 2 horas", "hace 1 día"),
        ("La plaza tendrá más sombra", "Un coro infantil gana en Viena", "Vuelven las cigüeñas al río"),
    ),
    Story(
        "ru",
        "В Самаре открыли новый мост через овраг",
        "САМАРА, 3 июля. /ТАСС/. ",
        "САМАРА",
        ("TASS",),
        (
            "Новый пешеходный мост открыли в четверг в Самаре. Его строили два года.",
            "По словам главы района, мост выдержит сто человек. Движение открыли 2 часа назад, и первыми прошли школьники.",
            "Следующим летом рядом появится парк. Проект уже готов.",
        ),
        "Читайте также",
        ("5 минут назад", "2 часа назад", "3 дня назад"),
        ("Трамвай вернётся на старую улицу", "Пекарня получила премию города", "Музей открыл зал часов"),
    ),
    Story(
        "ar",
        "افتتاح حديقة جديدة في وسط المدينة",
        "عمّان (رويترز) - ",
        "عمّان",
        ("RTR",),
        (
            "افتتحت البلدية يوم الخميس حديقة جديدة في وسط المدينة. وقال المهندس إن العمل استغرق عاما كاملا.",
            "وزرع المتطوعون مئة شجرة زيتون قبل 5 ساعات من الافتتاح. وحضر الحفل مئات السكان.",
            "وستبقى الحديقة مفتوحة حتى منتصف الليل. ولا توجد رسوم للدخول.",
        ),
        "اقرأ أيضا",
        ("قبل 5 دقائق", "قبل ساعتين", "قبل 3 أيام"),
        ("مكتبة متنقلة تصل إلى القرى", "فريق المدرسة يفوز بالكأس", "سوق الخضار ينتقل إلى الشمال"),
    ),
    Story(
        "zh",
        "老城区图书馆重新开放迎来首批读者",
        "新华社杭州7月4日电（记者李小雨）",
        "杭州",
        ("XINHUA",),
        (
            "老城区图书馆四日重新开放，数百名读者在雨中排队等候，队伍一直延伸到河边的石桥旁。馆方表示，修缮工程历时两年，新增座位三百个。",
            "馆长说，3小时前第一位读者就已经到了，他带来了一本三十年前借走的书。工作人员为他准备了热茶。",
            "图书馆今后每天开放到晚上十点。下个月还将举办旧书市集。",
        ),
        "相关新闻",
        ("5分钟前", "3小时前", "2天前"),
        ("河边步道延长至北门", "小学生画出心中的城市", "老茶馆换上新招牌"),
    ),
    Story(
        "ja",
        "駅前の古い時計台が修理を終えて動き出す",
        "【松本＝共同】",
        "松本",
        ("KYODO",),
        (
            "駅前の時計台が四日、三年ぶりに動き出した。修理には地元の職人が当たり、部品の多くを手作りした。",
            "見守った住民は「2時間前から待っていた」と話した。市は記念の切手を配った。",
            "時計台は来年で百年を迎える。式典も計画されている。",
        ),
        "関連記事",
        ("5分前", "2時間前", "3日前"),
        ("温泉街に新しい足湯", "高校生がりんごの缶詰を開発", "山小屋の予約が始まる"),
    ),
    Story(
        "pl",
        "Stary młyn nad Wartą zamieni się w muzeum",
        "Poznań (PAP) - ",
        "Poznań",
        ("PAP",),
        (
            "Stary młyn nad Wartą w przyszłym roku zamieni się w muzeum chleba. Remont rozpoczął się w czwartek.",
            "Jak mówi burmistrz, to się uda. Jeszcze 2 godziny temu na dachu pracowali cieśle.",
            "Pierwsza wystawa ma ruszyć w maju. Wstęp będzie bezpłatny.",
        ),
        "Czytaj także",
        ("5 minut temu", "2 godziny temu", "3 dni temu"),
        ("Nowe drzewa na rynku", "Tramwaj wraca na most", "Szkoła dostała teleskop"),
    ),
    Story(
        "tr",
        "Eski değirmen köyün kütüphanesi oldu",
        "BURSA (AA) - ",
        "BURSA",
        ("AA",),
        (
            "Köydeki eski değirmen perşembe günü kütüphane olarak açıldı. Açılışa iki yüz kişi katıldı.",
            "Muhtar, 2 saat önce son rafın takıldığını söyledi. Kitapları öğrenciler taşıdı.",
            "Kütüphane hafta sonu da açık olacak. Giriş ücretsiz.",
        ),
        "İlgili haberler",
        ("5 dakika önce", "2 saat önce", "3 gün önce"),
        ("Zeytin hasadı erken başladı", "Köprüye yeni ışıklar takıldı", "Okul takımı finale kaldı"),
    ),
)
