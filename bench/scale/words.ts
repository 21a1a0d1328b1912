/** What people of a large database write and are called: sentences and names in two languages, without chance. Always holds: the same index gives the same words. */

/** How many different bodies there are; half of them Russian, half English. */
export const distinctBodies = 4_000

const russian = {
  openings: [
    'Здравствуйте',
    'Добрый день',
    'Подскажите, пожалуйста',
    'Скажите',
    'Можно узнать',
    'Спасибо за ответ',
    'Добрый вечер',
    'Привет',
  ],
  goods: ['чайник', 'рюкзак', 'светильник', 'кружка', 'скатерть', 'термос', 'гамак', 'подсвечник', 'плед', 'самовар', 'табурет', 'зеркало'],
  matters: [
    'когда приедет заказ',
    'почему задерживается доставка',
    'можно ли вернуть товар',
    'сколько стоит доставка в Казань',
    'оплата не прошла',
    'пришёл с трещиной',
    'подойдёт ли другой цвет',
    'нужен счёт для бухгалтерии',
    'курьер не позвонил',
    'хочу изменить адрес',
  ],
}
const english = {
  openings: [
    'Hello',
    'Good morning',
    'Could you tell me',
    'Quick question',
    'Thanks for the answer',
    'Hi there',
    'Good evening',
    'Excuse me',
  ],
  goods: [
    'kettle',
    'rucksack',
    'lantern',
    'teapot',
    'blanket',
    'thermos',
    'hammock',
    'candlestick',
    'mirror',
    'stool',
    'basket',
    'curtain',
  ],
  matters: [
    'when will my order arrive',
    'why is the delivery late',
    'can I return it',
    'how much is shipping to Leeds',
    'the payment did not go through',
    'it came with a crack',
    'is there another colour',
    'I need an invoice for accounting',
    'the courier never called',
    'I want to change the address',
  ],
}

/** A message: common words, one of the goods, a matter, and a word that only few messages have. */
export function sentence(index: number): string {
  const half = distinctBodies / 2
  const own = index < half ? russian : english
  const n = index % half
  return `${pick(own.openings, n)}, ${pick(own.matters, n * 7 + 3)}: ${pick(own.goods, Math.floor(n / 3))}, ${pick(own.goods, n * 5 + 1)}. ${index < half ? 'тема' : 'topic'}${n}`
}

export const goods = { russian: russian.goods, english: english.goods }

const roots = [
  'Смирн',
  'Кузнец',
  'Ахмет',
  'Петр',
  'Новик',
  'Орл',
  'Волк',
  'Лебед',
  'Соловь',
  'Морозк',
  'Hart',
  'Lind',
  'Mor',
  'Ayd',
  'Brook',
  'Ash',
  'Win',
  'Thorn',
  'Black',
  'Whit',
]
const middles = ['', 'ен', 'ар', 'ил', 'ош', 'ель', 'ин', 'ут', 'ам', 'ов']
const endings = ['ов', 'ова', 'енко', 'ский', 'ская', 'ich', 'man', 'ley', 'son', 'ford']
const first = [
  'Ольга',
  'Иван',
  'Мария',
  'Тимур',
  'Анна',
  'Сергей',
  'Екатерина',
  'Павел',
  'Olivia',
  'Noah',
  'Amelia',
  'Grace',
  'Leo',
  'Ida',
  'Hugo',
  'Clara',
]

export const lastNames = roots.flatMap(root => middles.flatMap(middle => endings.map(ending => `${root}${middle}${ending}`)))
export const firstNames = first

/** The name of a contact, the same that `nameSql` writes. */
export function nameOf(contact: number): string {
  return `${pick(first, contact)} ${pick(lastNames, Math.floor(contact / 16))}`
}

/** A letter in the middle is another one. */
export function mistyped(word: string): string {
  const at = Math.floor(word.length / 2)
  const wrong = /[а-яё]/i.test(word) ? 'ы' : 'y'
  return `${word.slice(0, at)}${wrong}${word.slice(at + 1)}`
}

export function pick<Item>(list: readonly Item[], index: number): Item {
  return list[index % list.length]!
}
