/** What people write to a shop in a peak hour, in two languages: plots of a few lines each, with gaps that are filled at random. */

export type CrowdLanguage = 'en' | 'ru'

export const names: Record<CrowdLanguage, readonly string[]> = {
  en: ['Olivia', 'Noah', 'Amelia', 'Leo', 'Grace', 'Adam', 'Ruby', 'Oscar', 'Ivy', 'Hugo', 'Nora', 'Felix', 'Zoë', 'Theo', 'Maya', 'Ralph'],
  ru: [
    'Ольга',
    'Иван',
    'Мария',
    'Тимур',
    'Анна',
    'Павел',
    'Елена',
    'Руслан',
    'Дарья',
    'Артём',
    'Софья',
    'Кирилл',
    'Алла',
    'Марат',
    'Вера',
    'Глеб',
  ],
}

/** `{order}`, `{item}`, `{city}`, `{time}`, `{number}` are filled in. */
export const plots: Record<CrowdLanguage, readonly (readonly string[])[]> = {
  en: [
    ['Hello!', 'Where is my order {order}?', 'It was promised for today at {time}', 'Should I wait at home?', 'Thank you'],
    [
      'Hi, is the {item} in stock?',
      'In blue, if there is one',
      'And how much is delivery to {city}?',
      'Great, I will take {number}',
      'Can I pay by card?',
    ],
    [
      'Good afternoon',
      'I got the wrong {item}',
      'Order {order}',
      'What do I do with it now?',
      'I would rather have my money back',
      'When will it come?',
      'OK, thanks',
    ],
    ['Can I book a table for {number} tomorrow at {time}?', 'By the window please', 'My phone is the one I write from', 'See you tomorrow'],
    ['What are your opening hours on Sunday?', 'And where can I park?'],
    ['Do you have a discount code for the {item}?', 'A friend sent me one but it does not work', 'It says expired'],
    [
      'My {item} stopped working after two days',
      'I have the receipt',
      'Do you repair it or replace it?',
      'I live in {city}',
      'Is there a service point here?',
      'Fine, I will bring it at {time}',
    ],
    ['Please cancel order {order}', 'I ordered twice by mistake'],
    ['How do I change the address of {order}?', 'The new one is in {city}', 'Is it too late?', 'Perfect'],
    [
      'Which {item} would you recommend?',
      'It is for my mother',
      'She likes simple things',
      'And is there a guarantee?',
      'I will think about it',
    ],
  ],
  ru: [
    ['Здравствуйте!', 'Где мой заказ {order}?', 'Обещали сегодня к {time}', 'Мне ждать дома?', 'Спасибо'],
    [
      'Добрый день, {item} есть в наличии?',
      'Синий, если можно',
      'А доставка в {city} сколько стоит?',
      'Хорошо, беру {number} шт.',
      'Картой можно?',
    ],
    [
      'Здравствуйте',
      'Мне привезли не тот {item}',
      'Заказ {order}',
      'Что теперь делать?',
      'Лучше верните деньги',
      'А когда придут?',
      'Поняла, жду',
    ],
    ['Можно столик на {number} завтра в {time}?', 'У окна, пожалуйста', 'Телефон тот же', 'До завтра'],
    ['До скольки вы работаете в воскресенье?', 'А парковка есть?'],
    ['Есть промокод на {item}?', 'Подруга прислала, но он не срабатывает', 'Пишет, что истёк'],
    [
      '{item} сломался через два дня',
      'Чек есть',
      'Вы чините или меняете?',
      'Я в городе {city}',
      'Сервис у нас есть?',
      'Хорошо, привезу в {time}',
    ],
    ['Отмените, пожалуйста, заказ {order}', 'Оформила два раза по ошибке'],
    ['Как поменять адрес у заказа {order}?', 'Новый — {city}', 'Уже поздно?', 'Отлично'],
    ['Какой {item} посоветуете?', 'Для мамы', 'Ей бы попроще', 'А гарантия есть?', 'Подумаю'],
  ],
}

/** When a plot has ended and its customer still has to write. */
export const afterthoughts: Record<CrowdLanguage, readonly string[]> = {
  en: [
    'And one more thing',
    'Are you there?',
    'Sorry, I meant order {order}',
    'By the way, do you have a {item} too?',
    'OK',
    'Could you check again?',
  ],
  ru: ['И ещё вопрос', 'Вы здесь?', 'Простите, я про заказ {order}', 'Кстати, а {item} тоже есть?', 'Ок', 'Проверьте ещё раз, пожалуйста'],
}

export const fillings: Record<CrowdLanguage, { item: readonly string[]; city: readonly string[] }> = {
  en: { item: ['kettle', 'lamp', 'rucksack', 'teapot', 'blanket', 'desk lamp'], city: ['York', 'Leeds', 'Bath', 'Dundee'] },
  ru: { item: ['чайник', 'светильник', 'рюкзак', 'заварник', 'плед', 'фен'], city: ['Казань', 'Тверь', 'Пермь', 'Омск'] },
}
