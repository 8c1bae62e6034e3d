"""News pages of many languages as their publishers print them, each kind of content between its paragraphs."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Edition:
    """A language's text and the furniture around it. `link` and `box` never belong to the text."""

    language: str
    title: str
    paragraphs: tuple[str, ...]
    heading: str
    quote: str
    announcement: str
    items: tuple[str, ...]
    caption: str
    related: str
    link: str
    box: str
    direction: str = "ltr"


def page(edition: Edition, inner: str, *, charset: str = "utf-8", tail: str = "") -> str:
    """The markup of an article page; `inner` is what stands in its text."""
    menu = "".join(f"<li><a href='/{at}'>{word}</a></li>" for at, word in enumerate(edition.title.split()[:6]))
    more = "".join(f"<li><a href='/more/{at}'>{edition.link} {at}</a></li>" for at in range(4))
    return (
        f"<!DOCTYPE html><html lang='{edition.language}' dir='{edition.direction}'><head><meta charset='{charset}'>"
        f"<title>{edition.title} | Courier</title><meta property='og:title' content='{edition.title}'>"
        f"<meta property='og:type' content='article'></head><body><header class='site-header'><a href='/'>Courier</a>"
        f"<nav class='main-nav'><ul>{menu}</ul></nav></header><main><article class='article'>"
        f"<header class='article-header'><h1>{edition.title}</h1></header>"
        "<ul class='share-buttons'><li><a href='#f'>Facebook</a></li><li><a href='#w'>WhatsApp</a></li></ul>"
        f"<div class='article-body'>{inner}</div></article>{tail}"
        f"<section class='newsletter-signup'><p>{edition.box}</p><form><input type='email'></form></section>"
        f"<aside class='related-articles'><h3>{edition.related}</h3><ul>{more}</ul></aside></main>"
        "<footer class='site-footer'><p>© 2030 Courier</p></footer></body></html>"
    )


def paragraph(text: str) -> str:
    return f"<p>{text}</p>"


EDITIONS = (
    Edition(
        "en",
        "Valley votes to rebuild the old swing bridge",
        (
            "The valley council voted on Thursday night to rebuild the old swing bridge, two years after a barge tore it off its bearings. Eleven members were in favour, four against.",
            "Work is to begin after the harvest and will last fourteen months, the council's engineer said. Until then a ferry carries schoolchildren and cyclists across, free of charge.",
            "The cost has risen to nine million, most of which comes from the county. The rest is covered by a loan that the valley will repay over twenty years.",
            "Shopkeepers on the east bank had feared that the crossing would be given up. Takings in their street have fallen by a third since the accident, according to their own figures.",
            "The first survey of the river bed is planned for next week. Divers will look for the missing bearing, which weighs two tonnes and may still be of use.",
        ),
        "Who pays for it",
        "I have opened that bridge by hand for thirty years, and I would like to do it once more.",
        "The council's plan has three parts:",
        ("clear the river bed of the wreck", "rebuild both piers in stone", "move the control room to the west bank"),
        "The ferry that takes the place of the bridge",
        "Related",
        "Regatta moves to the upper lake for a summer",
        "Get the best of the Courier in your inbox every morning.",
    ),
    Edition(
        "de",
        "Gemeinde baut die alte Drehbrücke wieder auf",
        (
            "Der Gemeinderat hat am Donnerstagabend beschlossen, die alte Drehbrücke wieder aufzubauen. Vor zwei Jahren hatte ein Lastkahn sie aus dem Lager gerissen.",
            "Die Arbeiten sollen nach der Ernte beginnen und vierzehn Monate dauern, sagte der Ingenieur der Gemeinde. Bis dahin setzt eine Fähre Schulkinder und Radfahrer kostenlos über.",
            "Die Kosten sind inzwischen auf neun Millionen Euro gestiegen, den größten Teil trägt der Kreis. Der Rest wird über einen Kredit bezahlt, der zwanzig Jahre läuft.",
            "Die Händler am Ostufer hatten befürchtet, dass der Übergang aufgegeben wird. Der Umsatz in ihrer Straße ist seit dem Unfall nach eigenen Angaben um ein Drittel gesunken.",
            "In der kommenden Woche wird der Grund des Flusses vermessen. Taucher suchen dabei nach dem fehlenden Lager, das zwei Tonnen wiegt.",
        ),
        "Wer das bezahlt",
        "Ich habe diese Brücke dreißig Jahre lang von Hand geöffnet, und ich würde es gern noch einmal tun.",
        "Der Plan hat drei Teile:",
        ("das Wrack aus dem Fluss heben", "beide Pfeiler neu mauern", "die Steuerung ans Westufer verlegen"),
        "Die Fähre, die die Brücke vorerst ersetzt",
        "Mehr zum Thema",
        "Regatta zieht für einen Sommer an den oberen See",
        "Das Beste aus dem Courier jeden Morgen in Ihrem Postfach.",
    ),
    Edition(
        "fr",
        "La vallée va reconstruire son vieux pont tournant",
        (
            "Le conseil de la vallée a décidé jeudi soir de reconstruire le vieux pont tournant, deux ans après qu'une péniche l'a arraché de son axe. Onze élus ont voté pour, quatre contre.",
            "Les travaux commenceront après les moissons et dureront quatorze mois, a précisé l'ingénieur de la commune. D'ici là, un bac transporte gratuitement les écoliers et les cyclistes.",
            "Le coût atteint désormais neuf millions d'euros, payés pour l'essentiel par le département. Le reste fera l'objet d'un emprunt remboursé en vingt ans.",
            "Les commerçants de la rive droite craignaient l'abandon du passage. Leurs ventes ont baissé d'un tiers depuis l'accident, selon leurs propres chiffres.",
            "Le lit de la rivière sera sondé la semaine prochaine. Des plongeurs y chercheront l'axe manquant, qui pèse deux tonnes.",
        ),
        "Qui va payer",
        "J'ai ouvert ce pont à la main pendant trente ans et j'aimerais le faire encore une fois.",
        "Le projet compte trois volets :",
        ("retirer l'épave de la rivière", "remonter les deux piles en pierre", "déplacer la cabine sur l'autre rive"),
        "Le bac qui remplace le pont pour l'instant",
        "À lire aussi",
        "La régate s'installe sur le lac du haut pour un été",
        "Recevez chaque matin le meilleur du Courier dans votre boîte.",
    ),
    Edition(
        "es",
        "El valle reconstruirá su viejo puente giratorio",
        (
            "El consejo del valle acordó el jueves por la noche reconstruir el viejo puente giratorio, dos años después de que una barcaza lo arrancara de su eje. Hubo once votos a favor y cuatro en contra.",
            "Las obras empezarán tras la cosecha y durarán catorce meses, explicó la ingeniera municipal. Hasta entonces una barca cruza gratis a los escolares y a los ciclistas.",
            "El coste ha subido a nueve millones de euros, que paga en su mayor parte la provincia. El resto se cubrirá con un préstamo a veinte años.",
            "Los comerciantes de la orilla este temían que se abandonara el paso. Según sus cuentas, las ventas de su calle han caído un tercio desde el accidente.",
            "La próxima semana se medirá el fondo del río. Unos buzos buscarán el eje perdido, que pesa dos toneladas.",
        ),
        "Quién lo paga",
        "He abierto ese puente a mano durante treinta años y me gustaría hacerlo una vez más.",
        "El plan tiene tres partes:",
        ("retirar los restos del río", "levantar de nuevo los dos pilares", "llevar la cabina a la otra orilla"),
        "La barca que sustituye al puente por ahora",
        "Te puede interesar",
        "La regata se muda un verano al lago de arriba",
        "Reciba cada mañana lo mejor del Courier en su correo.",
    ),
    Edition(
        "pl",
        "Gmina odbuduje stary most obrotowy na rzece",
        (
            "Rada gminy zdecydowała w czwartek wieczorem o odbudowie starego mostu obrotowego. Dwa lata temu barka wyrwała go z łożyska. Za było jedenastu radnych, czterech przeciw.",
            "Prace mają się zacząć po żniwach i potrwać czternaście miesięcy, powiedziała inżynier gminy. Do tego czasu prom przewozi za darmo uczniów i rowerzystów.",
            "Koszt wzrósł do dziewięciu milionów, większość pokryje powiat. Reszta będzie pochodzić z kredytu spłacanego przez dwadzieścia lat.",
            "Sklepikarze ze wschodniego brzegu obawiali się, że przeprawa zostanie porzucona. Według nich obroty przy ich ulicy spadły od wypadku o jedną trzecią.",
            "W przyszłym tygodniu zbadane zostanie dno rzeki. Nurkowie poszukają brakującego łożyska, które waży dwie tony.",
        ),
        "Kto za to zapłaci",
        "Otwierałem ten most ręcznie przez trzydzieści lat i chciałbym to zrobić jeszcze raz.",
        "Plan składa się z trzech części:",
        ("wydobyć wrak z rzeki", "odbudować oba filary z kamienia", "przenieść sterownię na drugi brzeg"),
        "Prom, który na razie zastępuje most",
        "Czytaj także",
        "Regaty przeniosą się na lato na górne jezioro",
        "Najlepsze teksty Couriera co rano w twojej skrzynce.",
    ),
    Edition(
        "ru",
        "Посёлок восстановит старый разводной мост",
        (
            "Совет посёлка в четверг вечером решил восстановить старый разводной мост, который два года назад сорвала с опоры баржа. За проголосовали одиннадцать депутатов, против — четверо.",
            "Работы начнутся после уборки урожая и продлятся четырнадцать месяцев, сообщила инженер поселения. До этого времени школьников и велосипедистов бесплатно перевозит паром.",
            "Стоимость выросла до девяти миллионов, большую часть заплатит район. Остальное покроет кредит, который будут возвращать двадцать лет.",
            "Торговцы восточного берега опасались, что переправу забросят. По их подсчётам, выручка на их улице после аварии упала на треть.",
            "На следующей неделе исследуют дно реки. Водолазы будут искать пропавшую опору, она весит две тонны.",
        ),
        "Кто за это заплатит",
        "Я тридцать лет открывал этот мост вручную и хотел бы сделать это ещё раз.",
        "План состоит из трёх частей:",
        ("поднять обломки со дна", "заново сложить обе опоры", "перенести будку на другой берег"),
        "Паром, который пока заменяет мост",
        "Читайте также",
        "Регата на одно лето переедет на верхнее озеро",
        "Лучшее из «Курьера» каждое утро на вашей почте.",
    ),
    Edition(
        "el",
        "Η κοινότητα ξαναχτίζει την παλιά κινητή γέφυρα",
        (
            "Το συμβούλιο της κοινότητας αποφάσισε την Πέμπτη το βράδυ να ξαναχτίσει την παλιά κινητή γέφυρα, δύο χρόνια αφότου μια φορτηγίδα την ξήλωσε. Έντεκα μέλη ψήφισαν υπέρ και τέσσερα κατά.",
            "Οι εργασίες θα αρχίσουν μετά τη συγκομιδή και θα κρατήσουν δεκατέσσερις μήνες, είπε η μηχανικός. Ως τότε ένα πορθμείο περνά δωρεάν τους μαθητές και τους ποδηλάτες.",
            "Το κόστος έφτασε τα εννέα εκατομμύρια ευρώ, που πληρώνει κυρίως η περιφέρεια. Τα υπόλοιπα καλύπτει ένα δάνειο είκοσι ετών.",
            "Οι έμποροι της ανατολικής όχθης φοβούνταν ότι το πέρασμα θα εγκαταλειφθεί. Ο τζίρος στον δρόμο τους έπεσε κατά το ένα τρίτο από το ατύχημα.",
            "Την επόμενη εβδομάδα θα ερευνηθεί ο βυθός του ποταμού. Δύτες θα ψάξουν τον άξονα που λείπει και ζυγίζει δύο τόνους.",
        ),
        "Ποιος θα πληρώσει",
        "Άνοιγα αυτή τη γέφυρα με τα χέρια τριάντα χρόνια και θα ήθελα να το κάνω άλλη μία φορά.",
        "Το σχέδιο έχει τρία μέρη:",
        ("να βγει το ναυάγιο από τον βυθό", "να χτιστούν ξανά οι δύο βάσεις", "να μεταφερθεί το χειριστήριο απέναντι"),
        "Το πορθμείο που αντικαθιστά τη γέφυρα",
        "Διαβάστε επίσης",
        "Η ρεγκάτα πάει για ένα καλοκαίρι στην πάνω λίμνη",
        "Τα καλύτερα του Courier κάθε πρωί στο ταχυδρομείο σας.",
    ),
    Edition(
        "ar",
        "البلدة تعيد بناء الجسر الدوار القديم على النهر",
        (
            "قرر مجلس البلدة مساء الخميس إعادة بناء الجسر الدوار القديم، بعد عامين من اصطدام بارجة به واقتلاعه من محوره. وصوت أحد عشر عضوا لصالح القرار مقابل أربعة.",
            "وتبدأ الأعمال بعد موسم الحصاد وتستمر أربعة عشر شهرا، بحسب مهندسة البلدة. وحتى ذلك الحين تنقل عبارة التلاميذ وراكبي الدراجات مجانا.",
            "وارتفعت الكلفة إلى تسعة ملايين تدفع المحافظة معظمها. ويغطى الباقي بقرض يسدد على مدى عشرين عاما.",
            "وكان تجار الضفة الشرقية يخشون التخلي عن المعبر. ويقولون إن المبيعات في شارعهم انخفضت بمقدار الثلث منذ الحادث.",
            "ومن المقرر فحص قاع النهر الأسبوع المقبل. وسيبحث غواصون عن المحور المفقود الذي يزن طنين.",
        ),
        "من يدفع الثمن",
        "فتحت هذا الجسر بيدي ثلاثين عاما، وأود أن أفعل ذلك مرة أخرى.",
        "تتألف الخطة من ثلاثة أجزاء:",
        ("انتشال الحطام من القاع", "بناء الدعامتين من جديد", "نقل غرفة التحكم إلى الضفة الأخرى"),
        "العبارة التي تحل محل الجسر مؤقتا",
        "اقرأ أيضا",
        "سباق القوارب ينتقل صيفا إلى البحيرة العليا",
        "أفضل ما في كورييه كل صباح في بريدك.",
        "rtl",
    ),
    Edition(
        "he",
        "המועצה תבנה מחדש את הגשר המסתובב הישן",
        (
            "מועצת העמק החליטה ביום חמישי בערב לבנות מחדש את הגשר המסתובב הישן, שנתיים אחרי שדוברה עקרה אותו ממקומו. אחד עשר חברים הצביעו בעד וארבעה נגד.",
            "העבודות יתחילו אחרי הקציר ויימשכו ארבעה עשר חודשים, אמרה מהנדסת המועצה. עד אז מעבורת מעבירה תלמידים ורוכבי אופניים בחינם.",
            "העלות עלתה לתשעה מיליון שקלים, ואת רובה ישלם המחוז. היתר ימומן בהלוואה שתוחזר במשך עשרים שנה.",
            "בעלי החנויות בגדה המזרחית חששו שהמעבר יינטש. לדבריהם ההכנסות ברחוב שלהם ירדו בשליש מאז התאונה.",
            "בשבוע הבא תיבדק קרקעית הנהר. צוללנים יחפשו את המסב החסר, שמשקלו שתי טונות.",
        ),
        "מי ישלם על זה",
        "פתחתי את הגשר הזה ביד במשך שלושים שנה, והייתי רוצה לעשות זאת עוד פעם אחת.",
        "בתוכנית שלושה חלקים:",
        ("להוציא את השבר מהנהר", "לבנות מחדש את שני העמודים", "להעביר את חדר הבקרה לגדה השנייה"),
        "המעבורת שמחליפה בינתיים את הגשר",
        "קראו גם",
        "מרוץ הסירות עובר לקיץ אחד לאגם העליון",
        "מיטב הכתבות של קורייר בכל בוקר בתיבה שלכם.",
        "rtl",
    ),
    Edition(
        "hi",
        "घाटी पुराने घूमने वाले पुल को फिर से बनाएगी",
        (
            "घाटी की परिषद ने गुरुवार रात पुराने घूमने वाले पुल को फिर से बनाने का फैसला किया। दो साल पहले एक नाव ने उसे अपनी जगह से उखाड़ दिया था। ग्यारह सदस्य पक्ष में और चार विरोध में थे।",
            "परिषद की इंजीनियर ने बताया कि काम फसल कटने के बाद शुरू होगा और चौदह महीने चलेगा। तब तक एक नौका स्कूली बच्चों और साइकिल सवारों को मुफ्त पार कराएगी।",
            "लागत बढ़कर नौ करोड़ हो गई है, जिसका बड़ा हिस्सा जिला देगा। बाकी रकम बीस साल के कर्ज से आएगी।",
            "पूर्वी किनारे के दुकानदारों को डर था कि रास्ता छोड़ दिया जाएगा। उनके अनुसार हादसे के बाद से बिक्री एक तिहाई घट गई है।",
            "अगले हफ्ते नदी के तल की जांच होगी। गोताखोर खोया हुआ धुरा खोजेंगे, जिसका वजन दो टन है।",
        ),
        "खर्च कौन उठाएगा",
        "मैंने तीस साल तक यह पुल हाथ से खोला है और एक बार फिर खोलना चाहता हूं।",
        "योजना के तीन हिस्से हैं:",
        ("नदी से मलबा निकालना", "दोनों खंभे फिर से बनाना", "नियंत्रण कक्ष दूसरे किनारे ले जाना"),
        "पुल की जगह अभी यही नौका चल रही है",
        "यह भी पढ़ें",
        "नौका दौड़ इस गर्मी ऊपरी झील पर होगी",
        "कूरियर की बेहतरीन खबरें हर सुबह आपके मेल में।",
    ),
    Edition(
        "th",
        "หุบเขาลงมติสร้างสะพานหมุนเก่าขึ้นใหม่",
        (
            "สภาหุบเขาลงมติเมื่อคืนวันพฤหัสบดีให้สร้างสะพานหมุนเก่าขึ้นใหม่ หลังจากเรือบรรทุกสินค้าชนจนหลุดจากแท่นเมื่อสองปีก่อน สมาชิกสิบเอ็ดคนเห็นชอบ สี่คนคัดค้าน",
            "วิศวกรของสภากล่าวว่างานจะเริ่มหลังฤดูเก็บเกี่ยวและใช้เวลาสิบสี่เดือน ระหว่างนี้มีเรือข้ามฟากรับส่งนักเรียนและคนขี่จักรยานโดยไม่คิดค่าโดยสาร",
            "ค่าใช้จ่ายเพิ่มขึ้นเป็นเก้าล้านบาท ส่วนใหญ่จังหวัดเป็นผู้จ่าย ส่วนที่เหลือมาจากเงินกู้ซึ่งจะทยอยคืนภายในยี่สิบปี",
            "เจ้าของร้านค้าฝั่งตะวันออกเคยกลัวว่าทางข้ามจะถูกทิ้งร้าง พวกเขาบอกว่ายอดขายบนถนนสายนี้ลดลงหนึ่งในสามนับตั้งแต่เกิดอุบัติเหตุ",
            "สัปดาห์หน้าจะมีการสำรวจท้องแม่น้ำ นักดำน้ำจะค้นหาแท่นหมุนที่หายไปซึ่งหนักสองตันและอาจยังใช้งานได้",
        ),
        "ใครเป็นผู้จ่าย",
        "ผมเปิดสะพานนี้ด้วยมือมาสามสิบปี และอยากจะทำอีกสักครั้งหนึ่งก่อนเกษียณ",
        "แผนนี้มีสามส่วน:",
        ("เก็บซากเรือออกจากแม่น้ำ", "ก่อตอม่อทั้งสองขึ้นใหม่", "ย้ายห้องควบคุมไปอีกฝั่ง"),
        "เรือข้ามฟากที่ใช้แทนสะพานในช่วงนี้",
        "ข่าวที่เกี่ยวข้อง",
        "การแข่งเรือย้ายไปจัดที่ทะเลสาบตอนบนในฤดูร้อนนี้",
        "รับข่าวเด่นจากคูเรียร์ทุกเช้าทางอีเมลของคุณ",
    ),
    Edition(
        "zh",
        "山谷议会决定重建老旋转桥",
        (
            "山谷议会周四晚间决定重建老旋转桥。两年前，一艘驳船把桥身撞离了轴承，两岸从此只能靠渡船往来。十一名议员赞成，四名反对。",
            "议会工程师说，工程将在秋收之后开始，预计持续十四个月。在此之前，渡船免费运送学生和骑自行车的居民，每天往返二十次。",
            "造价已经上升到九百万元，其中大部分由县里承担。其余部分靠贷款解决，分二十年还清，不会提高居民的税费。",
            "东岸的店主们曾经担心渡口会被放弃。据他们自己统计，事故以后整条街的营业额下降了三分之一，两家店已经关门。",
            "下周将对河床进行第一次勘测。潜水员会寻找失踪的轴承，它重达两吨，也许还能继续使用。",
        ),
        "谁来出钱",
        "这座桥我用手开了三十年，真想再开一次。",
        "计划分为三个部分：",
        ("清除河床上的残骸", "用石头重砌两座桥墩", "把控制室迁到西岸"),
        "暂时代替大桥的渡船",
        "相关新闻",
        "龙舟赛今年夏天移到上湖举行比赛",
        "每天早晨把最好的新闻送到您的邮箱。",
    ),
    Edition(
        "ja",
        "谷の議会、古い旋回橋の再建を決める",
        (
            "谷の議会は木曜日の夜、古い旋回橋を再建することを決めた。二年前、はしけが衝突して橋桁が軸受けから外れたままになっていた。賛成は十一人、反対は四人だった。",
            "工事は収穫が終わってから始まり、十四か月続く見通しだと技師は説明した。それまでは渡し船が児童や自転車の住民を無料で運ぶ。",
            "費用は九百万円に膨らみ、その大半を県が負担する。残りは二十年かけて返す借り入れでまかなうという。",
            "東岸の商店主たちは、渡河地点が見捨てられるのではないかと心配していた。事故の後、通りの売り上げは三分の一減ったという。",
            "来週には川底の最初の調査が行われる。潜水士が行方の分からない軸受けを探す。重さは二トンあり、まだ使える可能性がある。",
        ),
        "費用は誰が払うのか",
        "三十年間この橋を手で開けてきた。もう一度だけ開けてみたい。",
        "計画は三つの部分からなる：",
        ("川底の残骸を取り除く", "二つの橋脚を石で積み直す", "操作室を西岸に移す"),
        "橋の代わりに使われている渡し船",
        "関連記事",
        "ボートレースはこの夏だけ上の湖で開かれる",
        "毎朝クーリエの記事をメールでお届けします。",
    ),
    Edition(
        "ko",
        "계곡 의회, 오래된 회전 다리를 다시 짓기로",
        (
            "계곡 의회는 목요일 밤 오래된 회전 다리를 다시 짓기로 결정했다. 이 년 전 바지선이 부딪쳐 다리가 축에서 떨어져 나갔다. 열한 명이 찬성하고 네 명이 반대했다.",
            "공사는 추수가 끝난 뒤 시작해 열네 달 동안 이어질 예정이라고 담당 기사가 말했다. 그때까지 나룻배가 학생들과 자전거 이용자를 무료로 태운다.",
            "비용은 구백만 원으로 늘었고 대부분을 군이 부담한다. 나머지는 이십 년에 걸쳐 갚을 대출로 마련한다.",
            "동쪽 강변의 상인들은 건널목이 버려질까 걱정했다. 사고 이후 거리의 매출이 삼분의 일 줄었다고 그들은 말한다.",
            "다음 주에는 강바닥을 처음으로 조사한다. 잠수부들이 사라진 축을 찾을 예정인데 무게가 이 톤에 이른다.",
        ),
        "누가 돈을 내나",
        "삼십 년 동안 이 다리를 손으로 열었고, 한 번만 더 열어 보고 싶다.",
        "계획은 세 부분으로 되어 있다:",
        ("강바닥의 잔해를 치운다", "교각 두 개를 돌로 다시 쌓는다", "조종실을 서쪽 강변으로 옮긴다"),
        "당분간 다리를 대신하는 나룻배",
        "관련 기사",
        "보트 경주는 올여름 위쪽 호수에서 열린다",
        "매일 아침 쿠리어의 좋은 기사를 메일로 보내 드립니다.",
    ),
)
