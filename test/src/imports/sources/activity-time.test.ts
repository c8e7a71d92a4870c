import t from 'tap'
import { activityTime, looksLikeTime } from '../../../../src/imports/sources/activity-time.js'

const time = '2026-05-02T14:10:05.000Z'

for (const [language, text] of Object.entries({
  English: 'May 2, 2026, 6:10:05\u202fPM GMT+04:00',
  German: '02.05.2026, 16:10:05 MESZ',
  Arabic: '02\u200f/05\u200f/2026، 6:10:05 م غرينتش+4',
  'Arabic with its own digits': '٠٢\u200f/٠٥\u200f/٢٠٢٦، ٦:١٠:٠٥ م غرينتش+٤',
  Persian: '۲ مهٔ ۲۰۲۶، ۱۸:۱۰:۰۵ (\u200e+۴ گرینویچ)',
  Urdu: '2 مئی، 2026، 6:10:05 PM GMT +4',
  Hebrew: '2 במאי 2026, 18:10:05 GMT\u200e+4\u200e',
  Hindi: '2 मई 2026, 6:10:05 pm GMT+4',
  Marathi: '२ मे, २०२६, ६:१०:०५ PM [GMT]+४',
  Bengali: '২ মে, ২০২৬, ৬:১০:০৫ PM GMT +৪',
  Tamil: '2 மே, 2026, 6:10:05 PM GMT+4',
  Malayalam: '2026 മേയ് 2, ജിഎംടി+4 6:10:05 PM',
  Thai: '2 พ.ค. 2569 21:10:05 GMT+7',
  'Thai with names of units': '2 พฤษภาคม 2569 เวลา 18 นาฬิกา 10 นาที 05 วินาที GMT+4',
  Burmese: '၂၀၂၆ မေ ၂ GMT+၄ ၁၈:၁၀:၀၅',
  Amharic: '2 ሜይ 2026 6:10:05 ከሰዓት GMT+4',
  Basque: '2026(e)ko maiatzaren 2(a) (18:10:05 (GMT+4))',
  Malay: '2 Mei 2026, 6:10:05 PTG GMT+4',
  Korean: '2026. 5. 2. 오후 11:10:05 KST',
  'Korean with names of units': '2026년 5월 2일 오후 6시 10분 5초 GMT+4',
  Chinese: '2026年5月2日 GMT+8 22:10:05',
  'Chinese with the zone behind': '2026年5月2日 22:10:05 CST'
})) {
  t.test(`a time in ${language}`, async (t) => {
    t.equal(activityTime(text), time)
    t.ok(looksLikeTime(text))
  })
}

t.test('a sentence is no time', async (t) => {
  for (const text of ['Version 2026.5.2 came at noon', '2026 was the year', 'It is 18:10:05', '']) t.equal(activityTime(text), null, text)
})
