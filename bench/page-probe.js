/*
 * Runs in a page before anything of its own: notes long tasks, shifts, how long input took to be answered on the screen, and frames of the event
 * stream. `bench` gives the figures; each time is in ms until the frame that shows the change has been painted.
 */
;(() => {
  const longTasks = []
  const inputs = []
  let shift = 0
  const watch = (type, options, note) => {
    try {
      new PerformanceObserver(list => list.getEntries().forEach(note)).observe({ type, buffered: true, ...options })
    } catch (_) {}
  }
  watch('longtask', {}, entry => longTasks.push({ at: entry.startTime, ms: entry.duration }))
  watch('layout-shift', {}, entry => {
    if (!entry.hadRecentInput) shift += entry.value
  })
  watch('event', { durationThreshold: 16 }, entry => {
    if (entry.interactionId) inputs.push(entry.duration)
  })

  const painted = () =>
    new Promise(resolve =>
      requestAnimationFrame(() => {
        const channel = new MessageChannel()
        channel.port1.onmessage = () => resolve(performance.now())
        channel.port2.postMessage(0)
      }),
    )

  // When a marked message came in a frame, and when it stood on the screen.
  const marks = new Map()
  const markTimes = []
  const Native = WebSocket
  window.WebSocket = class extends Native {
    constructor(...parameters) {
      super(...parameters)
      this.addEventListener('message', event => {
        for (const [, number] of String(event.data).matchAll(/bench mark\w* (\d+) /g))
          if (!marks.has(number)) marks.set(number, performance.now())
      })
    }
  }
  let looking = false
  const lookForMarks = () => {
    if (looking || marks.size === 0) return
    looking = true
    void painted().then(at => {
      looking = false
      for (const article of document.querySelectorAll('[data-thread] [data-message]')) {
        const number = /bench mark\w* (\d+) /.exec(article.textContent)?.[1]
        const since = number === undefined ? undefined : marks.get(number)
        if (typeof since !== 'number') continue
        markTimes.push(at - since)
        marks.set(number, 'seen')
      }
    })
  }

  const untilChanged = (isThere, since) =>
    new Promise(resolve => {
      let skeleton = false
      setTimeout(() => {
        observer.disconnect()
        resolve({ ms: null, skeleton })
      }, 10_000)
      const check = () => {
        if (document.querySelector('main .mantine-Skeleton-root, main .mantine-Loader-root')) skeleton = true
        if (!isThere()) return
        observer.disconnect()
        void painted().then(at => resolve({ ms: at - since(), skeleton }))
      }
      const observer = new MutationObserver(check)
      observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
      check()
    })

  addEventListener('DOMContentLoaded', () => {
    new MutationObserver(lookForMarks).observe(document, { subtree: true, childList: true })
  })

  window.bench = {
    /** Begins to look for what the next input does; `armed` is what comes of it. Input may overtake a question, so it is told apart from the answer. */
    arm(what, ...parameters) {
      const patience = new Promise(resolve => setTimeout(() => resolve(null), 20_000))
      window.benchArmed = Promise.race([window.bench[what](...parameters), patience])
    },
    longTasks,
    inputs,
    markTimes,
    get shift() {
      return shift
    },
    clear() {
      longTasks.length = 0
      inputs.length = 0
      markTimes.length = 0
      marks.clear()
      shift = 0
    },
    /** From the next input of a kind to the first painted change of the page; null: none within two seconds. */
    reaction(kind) {
      return new Promise(resolve => {
        setTimeout(() => resolve(null), 2_000)
        addEventListener(
          kind,
          event => {
            const observer = new MutationObserver(() => {
              observer.disconnect()
              void painted().then(at => resolve(at - event.timeStamp))
            })
            observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
          },
          { capture: true, once: true },
        )
      })
    },
    /** From the next input of a kind until messages of the conversation with this customer are painted. */
    switchTo(kind, name) {
      return new Promise(resolve => {
        addEventListener(
          kind,
          event => {
            const isThere = () =>
              document.querySelector('main header bdi')?.textContent === name &&
              document.querySelector('[data-thread] [data-message]') !== null
            void untilChanged(isThere, () => event.timeStamp).then(resolve)
          },
          { capture: true, once: true },
        )
      })
    },
    /** From pressing Enter until a text stands in the thread. */
    echo(text) {
      return new Promise(resolve => {
        addEventListener(
          'keydown',
          event => {
            const isThere = () => [...document.querySelectorAll('[data-thread] article')].some(one => one.textContent.includes(text))
            void untilChanged(isThere, () => event.timeStamp).then(({ ms }) => resolve(ms))
          },
          { capture: true, once: true },
        )
      })
    },
    /** From each key to its painted letter, until `stop`. */
    typing() {
      const times = []
      let pressedAt = 0
      const pressed = event => {
        pressedAt = event.timeStamp
      }
      const put = () => {
        const since = pressedAt
        void painted().then(at => times.push(at - since))
      }
      addEventListener('keydown', pressed, true)
      addEventListener('input', put, true)
      window.bench.typed = () => {
        removeEventListener('keydown', pressed, true)
        removeEventListener('input', put, true)
        return times
      }
    },
    /** Frames while the thread scrolls by so many pixels each: their lengths, the most rows in the page. */
    async scroll(forMs, pixels) {
      const scroller = document.querySelector('[data-thread]')
      const frames = []
      let mostRows = 0
      let travelled = 0
      let before = await new Promise(requestAnimationFrame)
      const end = before + forMs
      while (before < end) {
        const from = scroller.scrollTop
        scroller.scrollTop += pixels
        travelled += Math.abs(scroller.scrollTop - from)
        const now = await new Promise(requestAnimationFrame)
        frames.push(now - before)
        before = now
        mostRows = Math.max(mostRows, document.querySelectorAll('[data-message]').length)
      }
      return { frames, mostRows, travelled }
    },
    /** How far the row in the middle of the thread moves on the screen within this time. */
    async drift(forMs) {
      const scroller = document.querySelector('[data-thread]')
      const { top, height } = scroller.getBoundingClientRect()
      const row = [...scroller.querySelectorAll('[data-message]')].find(one => one.getBoundingClientRect().bottom > top + height / 2)
      const stood = row.getBoundingClientRect().top
      let most = 0
      const end = performance.now() + forMs
      while (performance.now() < end) {
        await new Promise(requestAnimationFrame)
        most = Math.max(most, row.isConnected ? Math.abs(row.getBoundingClientRect().top - stood) : 1e9)
      }
      return most
    },
    /** Goes to the top again and again until the thread's beginning is loaded. */
    async toBeginning(forMs) {
      const scroller = document.querySelector('[data-thread]')
      const end = performance.now() + forMs
      let height = 0
      let still = 0
      while (performance.now() < end && still < 25) {
        scroller.scrollTop = 0
        await new Promise(resolve => setTimeout(resolve, 40))
        still = scroller.scrollHeight === height && scroller.scrollTop < 5 ? still + 1 : 0
        height = scroller.scrollHeight
      }
      return height
    },
    /** The length of bare frames. */
    async frames(count) {
      const lengths = []
      let before = await new Promise(requestAnimationFrame)
      for (let index = 0; index < count; index++) {
        const now = await new Promise(requestAnimationFrame)
        lengths.push(now - before)
        before = now
      }
      return lengths
    },
    /** From asking for a frame to the task after it: no input is answered sooner. */
    async frameRound(count) {
      const times = []
      for (let index = 0; index < count; index++) {
        const since = performance.now()
        times.push((await painted()) - since)
        await new Promise(resolve => setTimeout(resolve, 7))
      }
      return times
    },
  }
})()
