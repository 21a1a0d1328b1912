/** Templates that a fresh business account has: approved ones for the tasks of a shop, in English and Russian, one paused and one rejected. */

export interface SeededTemplate {
  id: string
  name: string
  language: string
  category: 'UTILITY' | 'MARKETING' | 'AUTHENTICATION'
  status: 'APPROVED' | 'PAUSED' | 'REJECTED' | 'DISABLED' | 'PENDING'
  rejected_reason?: string
  quality?: string
  components: TemplateComponentShape[]
}

export interface TemplateComponentShape {
  type: 'HEADER' | 'BODY' | 'FOOTER' | 'BUTTONS'
  format?: 'TEXT' | 'IMAGE' | 'VIDEO' | 'DOCUMENT' | 'LOCATION'
  text?: string
  example?: Record<string, unknown>
  buttons?: { type: string; text: string; url?: string; phone_number?: string; example?: string[] }[]
}

type Draft = Omit<SeededTemplate, 'id'>

const shop = { type: 'FOOTER', text: 'Tern & Teal' } as const

const drafts: Draft[] = [
  {
    name: 'delivery_notice',
    language: 'en',
    category: 'UTILITY',
    status: 'APPROVED',
    components: [
      { type: 'HEADER', format: 'TEXT', text: 'Order {{1}}', example: { header_text: ['118'] } },
      {
        type: 'BODY',
        text: 'Hello {{1}}, your parcel is on its way and will arrive on {{2}}. You need not be at home.',
        example: { body_text: [['Mira', 'Friday']] },
      },
      shop,
      {
        type: 'BUTTONS',
        buttons: [
          { type: 'QUICK_REPLY', text: 'Change the time' },
          { type: 'URL', text: 'Track', url: 'https://ternteal.example/t/{{1}}', example: ['https://ternteal.example/t/118'] },
        ],
      },
    ],
  },
  {
    name: 'delivery_notice',
    language: 'ru',
    category: 'UTILITY',
    status: 'APPROVED',
    components: [
      { type: 'HEADER', format: 'TEXT', text: 'Заказ {{1}}', example: { header_text: ['118'] } },
      {
        type: 'BODY',
        text: 'Здравствуйте, {{1}}! Посылка уже в пути, привезём её {{2}}. Ждать дома необязательно.',
        example: { body_text: [['Мира', 'в пятницу']] },
      },
      shop,
      {
        type: 'BUTTONS',
        buttons: [
          { type: 'QUICK_REPLY', text: 'Изменить время' },
          { type: 'URL', text: 'Где посылка', url: 'https://ternteal.example/t/{{1}}', example: ['https://ternteal.example/t/118'] },
        ],
      },
    ],
  },
  {
    name: 'appointment_reminder',
    language: 'en',
    category: 'UTILITY',
    status: 'APPROVED',
    components: [
      {
        type: 'BODY',
        text: 'Hello {{first_name}}, we expect you on {{day}} at {{time}}. Will you come?',
        example: {
          body_text_named_params: [
            { param_name: 'first_name', example: 'Mira' },
            { param_name: 'day', example: 'Friday' },
            { param_name: 'time', example: '15:30' },
          ],
        },
      },
      {
        type: 'BUTTONS',
        buttons: [
          { type: 'QUICK_REPLY', text: 'I will come' },
          { type: 'QUICK_REPLY', text: 'Another time' },
        ],
      },
    ],
  },
  {
    name: 'appointment_reminder',
    language: 'ru',
    category: 'UTILITY',
    status: 'APPROVED',
    components: [
      {
        type: 'BODY',
        text: '{{first_name}}, ждём вас {{day}} в {{time}}. Придёте?',
        example: {
          body_text_named_params: [
            { param_name: 'first_name', example: 'Мира' },
            { param_name: 'day', example: 'в пятницу' },
            { param_name: 'time', example: '15:30' },
          ],
        },
      },
      {
        type: 'BUTTONS',
        buttons: [
          { type: 'QUICK_REPLY', text: 'Приду' },
          { type: 'QUICK_REPLY', text: 'В другой раз' },
        ],
      },
    ],
  },
  {
    name: 'order_confirmation',
    language: 'en',
    category: 'UTILITY',
    status: 'APPROVED',
    components: [
      { type: 'BODY', text: 'Thank you! Order {{1}} for {{2}} is confirmed.', example: { body_text: [['118', '24.50 EUR']] } },
      shop,
      { type: 'BUTTONS', buttons: [{ type: 'PHONE_NUMBER', text: 'Call us', phone_number: '+4930555010' }] },
    ],
  },
  {
    name: 'order_confirmation',
    language: 'ru',
    category: 'UTILITY',
    status: 'APPROVED',
    components: [
      { type: 'BODY', text: 'Спасибо! Заказ {{1}} на сумму {{2}} принят.', example: { body_text: [['118', '2 450 ₽']] } },
      shop,
      { type: 'BUTTONS', buttons: [{ type: 'PHONE_NUMBER', text: 'Позвонить', phone_number: '+4930555010' }] },
    ],
  },
  {
    name: 'autumn_sale',
    language: 'en',
    category: 'MARKETING',
    status: 'APPROVED',
    components: [
      { type: 'HEADER', format: 'IMAGE', example: { header_handle: ['https://ternteal.example/autumn.jpg'] } },
      {
        type: 'BODY',
        text: 'Autumn teas are here, {{1}}. Until Sunday {{2}} off with the code below.',
        example: { body_text: [['Mira', '15 %']] },
      },
      { type: 'FOOTER', text: 'Press Stop to get no more offers' },
      {
        type: 'BUTTONS',
        buttons: [
          { type: 'URL', text: 'To the shop', url: 'https://ternteal.example/autumn' },
          { type: 'COPY_CODE', text: 'Copy code', example: ['TEAL15'] },
          { type: 'QUICK_REPLY', text: 'Stop' },
        ],
      },
    ],
  },
  {
    name: 'autumn_sale',
    language: 'ru',
    category: 'MARKETING',
    status: 'APPROVED',
    components: [
      { type: 'HEADER', format: 'IMAGE', example: { header_handle: ['https://ternteal.example/autumn.jpg'] } },
      {
        type: 'BODY',
        text: '{{1}}, осенние чаи уже на полках. До воскресенья скидка {{2}} по коду ниже.',
        example: { body_text: [['Мира', '15 %']] },
      },
      { type: 'FOOTER', text: 'Нажмите «Стоп», чтобы не получать акции' },
      {
        type: 'BUTTONS',
        buttons: [
          { type: 'URL', text: 'В магазин', url: 'https://ternteal.example/autumn' },
          { type: 'COPY_CODE', text: 'Скопировать код', example: ['TEAL15'] },
          { type: 'QUICK_REPLY', text: 'Стоп' },
        ],
      },
    ],
  },
  {
    name: 'feedback_request',
    language: 'en',
    category: 'MARKETING',
    status: 'PAUSED',
    components: [{ type: 'BODY', text: 'How did you like our tea?' }],
  },
  {
    name: 'lucky_wheel',
    language: 'en',
    category: 'MARKETING',
    status: 'REJECTED',
    rejected_reason: 'PROMOTIONAL',
    components: [{ type: 'BODY', text: 'You have won! Press here.' }],
  },
]

/** The templates of a fresh account. */
export function seedTemplates(): SeededTemplate[] {
  return drafts.map((draft, index) => ({ id: String(440_055_006_600 + index), ...structuredClone(draft) }))
}
