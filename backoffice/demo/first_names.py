"""Persian first names with the Latin spelling their bearers would write; `|` stands for ZWNJ, `_` for a space."""

MALE = """
Ali=علی Mohammad=محمد Hossein=حسین Hassan=حسن Reza=رضا Mehdi=مهدی Amir=امیر Saeed=سعید Hamid=حمید Majid=مجید
Masoud=مسعود Mahmoud=محمود Ahmad=احمد Akbar=اکبر Asghar=اصغر Abbas=عباس Ebrahim=ابراهیم Esmaeil=اسماعیل Yousef=یوسف
Yaghoub=یعقوب Davoud=داوود Soleiman=سلیمان Mousa=موسی Isa=عیسی Younes=یونس Eshagh=اسحاق Iman=ایمان Ehsan=احسان
Amin=امین Arash=آرش Babak=بابک Behrouz=بهروز Behnam=بهنام Bahman=بهمن Bahram=بهرام Bijan=بیژن Parviz=پرویز
Pejman=پژمان Payam=پیام Peyman=پیمان Pouria=پوریا Touraj=تورج Jafar=جعفر Jalal=جلال Jamal=جمال Javad=جواد
Jamshid=جمشید Habib=حبیب Hojjat=حجت Hesam=حسام Hamed=حامد Hadi=هادی Hashem=هاشم Houman=هومن Hooshang=هوشنگ
Homayoun=همایون Khosrow=خسرو Khalil=خلیل Dariush=داریوش Danial=دانیال Rahim=رحیم Rahman=رحمان Rasoul=رسول
Rostam=رستم Rouhollah=روح|الله Ramin=رامین Sajjad=سجاد Salman=سلمان Sina=سینا Siavash=سیاوش Sirous=سیروس
Sohrab=سهراب Soheil=سهیل Saman=سامان Sadegh=صادق Saleh=صالح Samad=صمد Taher=طاهر Abdollah=عبدالله
Abdolreza=عبدالرضا Abolfazl=ابوالفضل Abolghasem=ابوالقاسم Azim=عظیم Aref=عارف Adel=عادل Emad=عماد
Gholamreza=غلامرضا Gholamhossein=غلامحسین Farhad=فرهاد Farshid=فرشید Faramarz=فرامرز Farzad=فرزاد
Fereydoun=فریدون Firouz=فیروز Fouad=فواد Ghasem=قاسم Ghorban=قربان Kazem=کاظم Kamran=کامران Karim=کریم
Kambiz=کامبیز Kaveh=کاوه Kourosh=کوروش Keyvan=کیوان Kioumars=کیومرث Latif=لطیف Mojtaba=مجتبی Morteza=مرتضی
Mostafa=مصطفی Mansour=منصور Manouchehr=منوچهر Mehran=مهران Mehrdad=مهرداد Meysam=میثم Milad=میلاد Mohsen=محسن
Mokhtar=مختار Naser=ناصر Nader=نادر Nima=نیما Navid=نوید Nasrollah=نصرالله Vahid=وحید Valiollah=ولی|الله
Yaser=یاسر Yadollah=یدالله Amirhossein=امیرحسین Mohammadreza=محمدرضا Alireza=علیرضا Hamidreza=حمیدرضا
Mohammadali=محمدعلی Aliakbar=علی|اکبر Aliasghar=علی|اصغر Mohammadhossein=محمدحسین Amirali=امیرعلی
Mohammadmehdi=محمدمهدی Fathollah=فتح|الله Rahmatollah=رحمت|الله Ezzatollah=عزت|الله Nematollah=نعمت|الله
"""

FEMALE = """
Fatemeh=فاطمه Zahra=زهرا Maryam=مریم Zeinab=زینب Masoumeh=معصومه Sakineh=سکینه Roghayeh=رقیه Khadijeh=خدیجه
Leila=لیلا Narges=نرگس Nasrin=نسرین Nahid=ناهید Nazanin=نازنین Negin=نگین Negar=نگار Niloufar=نیلوفر Neda=ندا
Nooshin=نوشین Parvin=پروین Parisa=پریسا Parvaneh=پروانه Pegah=پگاه Pouran=پوران Taraneh=ترانه Tayebeh=طیبه
Tahereh=طاهره Soraya=ثریا Samaneh=سمانه Sara=سارا Sahar=سحر Samira=سمیرا Sanaz=ساناز Sepideh=سپیده
Setareh=ستاره Simin=سیمین Sima=سیما Soheila=سهیلا Sousan=سوسن Shahla=شهلا Shahnaz=شهناز Shahin=شهین
Shirin=شیرین Shiva=شیوا Shadi=شادی Shima=شیما Shokoufeh=شکوفه Sedigheh=صدیقه Soghra=صغری Azam=اعظم Azar=آذر
Azadeh=آزاده Atefeh=عاطفه Elaheh=الهه Elham=الهام Elnaz=الناز Effat=عفت Akram=اکرم Ashraf=اشرف Afsaneh=افسانه
Arezou=آرزو Anahita=آناهیتا Bahar=بهار Behnaz=بهناز Bita=بیتا Jamileh=جمیله Hamideh=حمیده Hanieh=هانیه
Hoda=هدی Homa=هما Hengameh=هنگامه Khatereh=خاطره Dorna=درنا Delaram=دلارام Raheleh=راحله Razieh=راضیه
Rana=رعنا Roya=رؤیا Reyhaneh=ریحانه Zohreh=زهره Ziba=زیبا Jaleh=ژاله Farzaneh=فرزانه Farideh=فریده
Fereshteh=فرشته Faezeh=فائزه Forough=فروغ Faranak=فرانک Kobra=کبری Katayoun=کتایون Golnaz=گلناز Giti=گیتی
Ladan=لادن Mahsa=مهسا Mahnaz=مهناز Mina=مینا Mitra=میترا Mojgan=مژگان Monireh=منیره Mahin=مهین Marzieh=مرضیه
Maliheh=ملیحه Mansoureh=منصوره Nayereh=نیره Vida=ویدا Yalda=یلدا Yasaman=یاسمن Hajar=هاجر Haleh=هاله
Zarrin=زرین Golshan=گلشن Mahboubeh=محبوبه Mehri=مهری Nafiseh=نفیسه Sahra=صحرا Soudabeh=سودابه Touba=طوبی
"""
