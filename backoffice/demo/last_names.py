"""Persian last names with a Latin spelling; `|` stands for ZWNJ, `_` for a space."""

SIMPLE = """
Mohammadi=محمدی Hosseini=حسینی Ahmadi=احمدی Rezaei=رضایی Mousavi=موسوی Karimi=کریمی Moradi=مرادی Jafari=جعفری
Rahimi=رحیمی Kazemi=کاظمی Hashemi=هاشمی Ebrahimi=ابراهیمی Sadeghi=صادقی Ghasemi=قاسمی Heydari=حیدری Akbari=اکبری
Abbasi=عباسی Rostami=رستمی Soltani=سلطانی Ghorbani=قربانی Amini=امینی Maleki=ملکی Yousefi=یوسفی Salehi=صالحی
Nazari=نظری Rahmani=رحمانی Khalili=خلیلی Asadi=اسدی Norouzi=نوروزی Bagheri=باقری Zarei=زارعی Mahmoudi=محمودی
Fathi=فتحی Shafiei=شفیعی Naseri=ناصری Taheri=طاهری Habibi=حبیبی Azizi=عزیزی Jalali=جلالی Jamali=جمالی
Kamali=کمالی Safari=صفری Rajabi=رجبی Ramezani=رمضانی Shabani=شعبانی Davoudi=داوودی Soleimani=سلیمانی
Esmaeili=اسماعیلی Yaghoubi=یعقوبی Eskandari=اسکندری Bahrami=بهرامی Khosravi=خسروی Jamshidi=جمشیدی
Keyhani=کیهانی Daneshmand=دانشمند Parsa=پارسا Rastegar=رستگار Omidi=امیدی Sharifi=شریفی Najafi=نجفی Karami=کرمی
Rezvani=رضوانی Golestani=گلستانی Bahmani=بهمنی Arefi=عارفی Adeli=عادلی Vahidi=وحیدی Saeedi=سعیدی Hamidi=حمیدی
Majidi=مجیدی Masoudi=مسعودی Behzadi=بهزادی Farhadi=فرهادی Fereydouni=فریدونی Pahlavan=پهلوان Zamani=زمانی
Nikbakht=نیک|بخت Niknam=نیک|نام Nikkhah=نیک|خواه Kheirkhah=خیرخواه Khoshnam=خوش|نام Khoshnevis=خوش|نویس
Delavar=دلاور Delshad=دلشاد Sabouri=صبوری Shakouri=شکوری Ghafouri=غفوری Mansouri=منصوری Mazaheri=مظاهری
Mortazavi=مرتضوی Mostafavi=مصطفوی Tabatabaei=طباطبایی Alavi=علوی Razavi=رضوی Fatemi=فاطمی Ayatollahi=آیت|اللهی
Rouhani=روحانی Sobhani=سبحانی Yazdani=یزدانی Rabbani=ربانی Haghighi=حقیقی Haghshenas=حق|شناس Vafaei=وفایی
Safaei=صفایی Aghaei=آقایی Babaei=بابایی Dadashi=داداشی Amouei=عمویی Khanjani=خانجانی Mirzaei=میرزایی
Arjmand=ارجمند Azad=آزاد Azarmi=آذرمی Ashrafi=اشرفی Afshar=افشار Bayat=بیات Ghajar=قاجار Zand=زند Lorestani=لرستانی
Bakhtiari=بختیاری Ghashghaei=قشقایی Torkaman=ترکمان Kordi=کردی Balouchi=بلوچی Tehrani=تهرانی Esfahani=اصفهانی
Shirazi=شیرازی Tabrizi=تبریزی Ghazvini=قزوینی Hamedani=همدانی Kermani=کرمانی Yazdi=یزدی Kashani=کاشانی Gilani=گیلانی
Mazandarani=مازندرانی Zanjani=زنجانی Ardebili=اردبیلی Khorasani=خراسانی Semnani=سمنانی Damghani=دامغانی
Neyshabouri=نیشابوری Sabzevari=سبزواری Boroujerdi=بروجردی Araki=اراکی Golpayegani=گلپایگانی Khansari=خوانساری
Najjar=نجار Haddad=حداد Attar=عطار Saffar=صفار Kaffash=کفاش Khayyat=خیاط Bazzaz=بزاز Zargar=زرگر Ahangar=آهنگر
Bagheban=باغبان Dehghan=دهقان Chavoshi=چاووشی Moallem=معلم Modarres=مدرس Tabib=طبیب Hakimi=حکیمی Pezeshki=پزشکی
Mohandes=مهندس Honarmand=هنرمند Naghash=نقاش Shaer=شاعر Katebi=کاتبی Vaezi=واعظی Ghari=قاری Hafezi=حافظی
Saadati=سعادتی Nejati=نجاتی Barzegar=برزگر Shoja=شجاع Shirdel=شیردل Pourang=پورنگ Kiani=کیانی Keshavarz=کشاورز
Mirhosseini=میرحسینی Mirmohammadi=میرمحمدی Mirkarimi=میرکریمی Mirshafiei=میر_شفیعی Miralavi=میر_علوی
Seyyedi=سیدی Hajian=حاجیان Haji_Bagheri=حاجی_باقری Molla_Hosseini=ملا_حسینی Sheikhi=شیخی Vakili=وکیلی
"""

SECOND_WORDS = "Asl=اصل Moghaddam=مقدم Fard=فرد Rad=راد Tabar=تبار"
WITH_SECOND_WORD = 24

STEMS = """
Ali=علی Hossein=حسین Hassan=حسن Reza=رضا Mohammad=محمد Ahmad=احمد Karim=کریم Rahim=رحیم Ebrahim=ابراهیم
Esmaeil=اسماعیل Abbas=عباس Ghasem=قاسم Kazem=کاظم Jafar=جعفر Yousef=یوسف Taghi=تقی Naghi=نقی Mehdi=مهدی Hadi=هادی
Malek=ملک Haji=حاجی Molla=ملا Sheikh=شیخ Arab=عرب Safar=صفر Rajab=رجب Ramezan=رمضان Ghorban=قربان Norouz=نوروز
"""
ENDINGS = "zadeh=زاده pour=پور nejad=نژاد nia=نیا"

DESCENDANTS = "Hosseini=حسینی Mousavi=موسوی Hashemi=هاشمی Tabatabaei=طباطبایی Alavi=علوی Razavi=رضوی Mortazavi=مرتضوی"
