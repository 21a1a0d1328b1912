/** Utility templates that the simulated page has: of each status, with numbered and with named variables. Invented texts. */
import type { Template } from '@dragoman/channel-meta-graph/simulator'

export const templates: Template[] = [
  {
    id: '110022003300',
    name: 'order_packed',
    language: 'en',
    status: 'APPROVED',
    category: 'UTILITY',
    components: [
      { type: 'HEADER', format: 'TEXT', text: 'Order {{1}}', example: { header_text: ['118'] } },
      { type: 'BODY', text: 'Hello {{1}}, your order is packed and leaves {{2}}.', example: { body_text: [['Mira', 'tomorrow']] } },
      { type: 'BUTTONS', buttons: [{ type: 'POSTBACK', text: 'Where is it?', payload: 'where' }] },
    ],
  },
  {
    id: '110022003301',
    name: 'order_packed',
    language: 'ru',
    status: 'APPROVED',
    category: 'UTILITY',
    components: [
      { type: 'HEADER', format: 'TEXT', text: 'Заказ {{1}}', example: { header_text: ['118'] } },
      { type: 'BODY', text: 'Здравствуйте, {{1}}. Ваш заказ собран и уедет {{2}}.', example: { body_text: [['Мира', 'завтра']] } },
      { type: 'BUTTONS', buttons: [{ type: 'POSTBACK', text: 'Где он?', payload: 'where' }] },
    ],
  },
  {
    id: '110022003302',
    name: 'appointment_moved',
    language: 'en',
    status: 'APPROVED',
    category: 'UTILITY',
    components: [{ type: 'BODY', text: 'Your appointment is now on {{day}} at {{time}}.', example: { body_text: [['Friday', '10:00']] } }],
  },
  {
    id: '110022003303',
    name: 'loyalty_points',
    language: 'en',
    status: 'REJECTED',
    category: 'UTILITY',
    components: [{ type: 'BODY', text: 'You have {{1}} points. Come and buy.' }],
  },
]
