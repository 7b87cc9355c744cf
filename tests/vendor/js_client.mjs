// What Seam's own JavaScript SDK sees of a server: node js_client.mjs ENDPOINT API_KEY WRONG_API_KEY
// It walks one access code through its life and prints one JSON object; the test that runs it holds the expectations.
import { SeamHttp, isSeamHttpApiError } from '@seamapi/http'

const PATIENCE_MS = 30_000
const LOOK_EVERY_MS = 50

const [endpoint, apiKey, wrongApiKey] = process.argv.slice(2)
const seam = new SeamHttp({ apiKey, endpoint })

// The kind, type and status of the API error that a call ends in; null if it succeeds. Anything else is thrown on.
const refusalOf = async (call) => {
  try {
    await call()
    return null
  } catch (error) {
    if (!isSeamHttpApiError(error)) throw error
    return { kind: error.name, code: error.code, status: error.statusCode, request_id: error.requestId }
  }
}

const until = async (what, look) => {
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    const seen = await look()
    if (seen) return seen
    if (Date.now() > deadline) throw new Error(`gave up waiting until ${what}`)
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
  }
}

const read = (access_code_id) => seam.accessCodes.get({ access_code_id })
const settled = (access_code_id) =>
  until('the lock has the code', async () => {
    const code = await read(access_code_id)
    return code.pending_mutations.length === 0 ? code : null
  })
const inHours = (hours) => new Date(Math.floor(Date.now() / 1000) * 1000 + hours * 3_600_000).toISOString()

const workspace = await seam.workspaces.get()
const devices = await seam.devices.list()
const pages = seam.createPaginator(seam.devices.list({ limit: 2 }))
const paged_device_ids = (await pages.flattenToArray()).map((device) => device.device_id)

const lock = devices.find(
  (device) =>
    device.can_program_online_access_codes &&
    device.properties.online &&
    device.errors.length === 0 &&
    device.warnings.length === 0,
)
if (lock == null) throw new Error('no healthy lock among the devices')
const { device_id } = lock
const idsOnLock = async () => (await seam.accessCodes.list({ device_id })).map((code) => code.access_code_id)

const codes = await seam.accessCodes.list({ device_id })
const { code } = await seam.accessCodes.generateCode({ device_id })
const created = await seam.accessCodes.create({
  device_id,
  name: 'From JavaScript',
  code,
  starts_at: inHours(-1),
  ends_at: inHours(24),
})
const { access_code_id } = created
const set = await settled(access_code_id)

await seam.accessCodes.update({ access_code_id, name: 'From JavaScript, renamed', ends_at: inHours(48) })
const updated = await settled(access_code_id)
const listed_while_there = (await idsOnLock()).includes(access_code_id)

await seam.accessCodes.delete({ access_code_id })
const read_after_delete = await until('the code is gone', () => refusalOf(() => read(access_code_id)))
const listed_after_delete = (await idsOnLock()).includes(access_code_id)

const waitForActionAttempt = { timeout: PATIENCE_MS, pollingInterval: LOOK_EVERY_MS }
const locked = await seam.locks.lockDoor({ device_id }, { waitForActionAttempt })

const stranger = new SeamHttp({ apiKey: wrongApiKey, endpoint })
const with_wrong_key = await refusalOf(() => stranger.devices.list())

console.log(
  JSON.stringify({
    workspace,
    device_ids: devices.map((device) => device.device_id),
    paged_device_ids,
    device_id,
    code_device_ids: codes.map((existing) => existing.device_id),
    generated_code: code,
    created,
    set,
    updated,
    listed_while_there,
    read_after_delete,
    listed_after_delete,
    lock_attempt: { action_type: locked.action_type, status: locked.status },
    with_wrong_key,
  }),
)
