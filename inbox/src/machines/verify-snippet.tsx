/** How a receiver verifies that it is us, ready to copy. The libraries are those of Standard Webhooks. */
import { SegmentedControl } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CopyField } from '../pieces/copy-field.tsx'
import classes from './machines.module.css'

const snippets = {
  JavaScript: `// npm install standardwebhooks
import { createServer } from 'node:http'
import { Webhook } from 'standardwebhooks'

const webhook = new Webhook(process.env.DRAGOMAN_SECRET)
createServer(async (request, response) => {
  let text = ''
  for await (const chunk of request) text += chunk
  try {
    const event = webhook.verify(text, request.headers)
    console.log(request.headers['webhook-id'], event.type)
    response.writeHead(204).end()
  } catch {
    response.writeHead(401).end()
  }
}).listen(8080)`,
  Python: `# pip install standardwebhooks flask
import os
from flask import Flask, request
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

app = Flask(__name__)
webhook = Webhook(os.environ["DRAGOMAN_SECRET"])

@app.post("/dragoman")
def dragoman():
    try:
        event = webhook.verify(request.get_data(as_text=True), request.headers)
    except WebhookVerificationError:
        return "", 401
    print(request.headers["webhook-id"], event["type"])
    return "", 204`,
  PHP: `<?php
// No library needed: an HMAC of id, time and body.
$body = file_get_contents('php://input');
$id = $_SERVER['HTTP_WEBHOOK_ID'] ?? '';
$time = $_SERVER['HTTP_WEBHOOK_TIMESTAMP'] ?? '';
$key = base64_decode(substr(getenv('DRAGOMAN_SECRET'), strlen('whsec_')));
$expected = base64_encode(hash_hmac('sha256', "$id.$time.$body", $key, true));
$good = false;
foreach (explode(' ', $_SERVER['HTTP_WEBHOOK_SIGNATURE'] ?? '') as $one) {
    $good = $good || hash_equals("v1,$expected", $one);
}
if (!$good || abs(time() - (int) $time) > 300) {
    http_response_code(401);
    exit;
}
$event = json_decode($body, true);
error_log("$id {$event['type']}");
http_response_code(204);`,
} as const

const languages = Object.keys(snippets) as (keyof typeof snippets)[]

export function VerifySnippet() {
  const { t } = useTranslation()
  const [language, setLanguage] = useState<keyof typeof snippets>('JavaScript')
  return (
    <div className={classes.snippet}>
      <SegmentedControl
        size="xs"
        aria-label={t('webhooks.snippetLanguage')}
        value={language}
        onChange={value => setLanguage(value as keyof typeof snippets)}
        data={languages}
      />
      <CopyField key={language} label={t('webhooks.snippet', { language })} value={snippets[language]} block />
    </div>
  )
}
