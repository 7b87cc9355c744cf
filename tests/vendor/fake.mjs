// Starts Seam's own fake, seeded with a day's worth of trouble, and serves it on a free port of this machine.
// One line of JSON on stdout says where: {"port": ..., "api_key": ..., "workspace_id": ...,
// "ids": {"devices": {...}, "codes": {...}},
// "hostile_names": {...}}; a hostile name has the same key there as its code has among the ids.
// It ends when stdin closes, so it never outlives the tests that started it.
// The fake's /_fake/database stays unused: a PUT or POST there replaces the store's methods and every later call fails.
import net from 'node:net'

import { createFake } from '@seamapi/fake-seam-connect'

const HOUR = 3_600_000
const now = Date.now()
const hoursFromNow = (hours) => new Date(now + hours * HOUR).toISOString()
const noted = hoursFromNow(-2)

const fake = await createFake()
const seed = await fake.seed()
const db = fake.database
const workspace_id = seed.seed_workspace_1
const ids = { devices: {}, codes: {} }

const accountError = {
  error_code: 'account_disconnected',
  message: 'The connection to the account was lost. Sign in again.',
  is_connected_account_error: true,
  is_device_error: false,
  created_at: noted,
}
const deviceError = {
  error_code: 'device_disconnected',
  message: 'The lock is not reachable.',
  is_device_error: true,
  created_at: noted,
}
const codeError = (error_code, message, more = {}) => ({
  error_code,
  message,
  is_access_code_error: true,
  created_at: noted,
  ...more,
})
const warning = (warning_code, message) => ({ warning_code, message, created_at: noted })

// ---- devices -------------------------------------------------------------------------------------------------------

const healthy = {
  can_remotely_lock: true,
  can_remotely_unlock: true,
  can_program_online_access_codes: true,
}
const keypad = {
  online: true,
  manufacturer: 'august',
  supported_code_lengths: [4, 5, 6],
  max_active_codes_supported: 30,
  supports_backup_access_code_pool: true,
  backup_access_code_pool_enabled: true,
  code_constraints: [{ constraint_type: 'no_all_same_digits' }, { constraint_type: 'name_length', max_length: 300 }],
}

ids.devices.front_door = seed.august_device_1
db.updateDevice({ device_id: seed.august_device_1, display_name: 'Front Door', properties: keypad })

ids.devices.offline = seed.august_device_2
db.updateDevice({
  device_id: seed.august_device_2,
  display_name: 'Back Door',
  errors: [deviceError],
  warnings: [warning('device_has_flaky_connection', 'The lock drops off the network often.')],
  properties: { ...keypad, online: false },
})

ids.devices.account_lost = seed.schlage_device_1
db.updateConnectedAccount({ connected_account_id: seed.jane_connected_account_id, errors: [accountError], warnings: [] })
db.updateDevice({
  device_id: seed.schlage_device_1,
  display_name: 'Bathroom Door',
  errors: [accountError],
  properties: { online: false, manufacturer: 'schlage' },
})

ids.devices.hostile = db.addDevice({
  device_id: 'august_device_hostile',
  connected_account_id: seed.john_connected_account_id,
  device_type: 'august_lock',
  name: '[@click=app.nuke()]x[/]',
  display_name: '[@click=app.nuke()]x[/]',
  workspace_id,
  ...healthy,
  properties: keypad,
}).device_id

ids.devices.thermostat = seed.ecobee_device_1

// ---- access codes --------------------------------------------------------------------------------------------------

const addCode = (key, device, code) => {
  ids.codes[key] = db.addAccessCode({
    workspace_id,
    device_id: ids.devices[device],
    type: 'ongoing',
    status: 'set',
    pending_mutations: [],
    ...code,
  }).access_code_id
}
const stay = (from, to) => ({ type: 'time_bound', starts_at: hoursFromNow(from), ends_at: hoursFromNow(to) })

addCode('cleaner', 'front_door', { name: 'Cleaner', code: '4071' })
addCode('guest', 'front_door', {
  name: 'Guest with spare',
  code: '5182',
  ...stay(-2, 46),
  is_backup_access_code_available: true,
})
addCode('upcoming', 'front_door', { name: 'Next week', code: '6293', status: 'unset', ...stay(168, 240) })
addCode('failed', 'front_door', {
  name: 'Late arrival',
  code: '7304',
  status: 'setting',
  ...stay(-1, 23),
  errors: [codeError('failed_to_set_on_device', 'The lock did not take the code.')],
  warnings: [warning('delay_in_setting_on_device', 'This takes longer than usual.')],
})
addCode('unmanaged', 'front_door', { name: 'Set at the keypad', code: '8415', is_managed: false })
addCode('unmanaged_locked', 'front_door', {
  name: 'Hidden by the maker',
  code: null,
  is_managed: false,
  cannot_be_managed: true,
  cannot_delete_unmanaged_access_code: true,
})
addCode('duplicate', 'front_door', {
  name: 'Same digits',
  code: '8415',
  status: 'unset',
  errors: [
    codeError('duplicate_code_on_device', 'Another code has these digits.', {
      unmanaged_access_code_id: ids.codes.unmanaged,
    }),
  ],
})
addCode('changed_outside', 'front_door', {
  name: 'Changed at the lock',
  code: '9526',
  errors: [
    codeError('conflicting_external_modification', 'The code was changed outside Seam.', {
      change_type: 'modified',
      modified_fields: [{ field: 'code', from: '9526', to: '9527' }],
    }),
  ],
})
addCode('unknown_error', 'front_door', {
  name: 'News to us',
  code: '1637',
  status: 'unset',
  errors: [codeError('flux_capacitor_misaligned', 'An error code that no list has yet.', { hint: { depth: [1, 2] } })],
  warnings: [warning('moon_phase_unsuitable', 'A warning code that no list has yet.')],
})
addCode('updating', 'front_door', {
  name: 'On its way',
  code: '2748',
  ...stay(-3, 21),
  pending_mutations: [
    {
      mutation_code: 'updating_code',
      message: 'The new digits are on their way.',
      created_at: noted,
      from: { code: '2748' },
      to: { code: '2749' },
    },
    {
      mutation_code: 'updating_time_frame',
      message: 'The new times are on their way.',
      created_at: noted,
      from: { starts_at: hoursFromNow(-3), ends_at: hoursFromNow(21) },
      to: { starts_at: hoursFromNow(-3), ends_at: hoursFromNow(25) },
    },
  ],
})
addCode('creating', 'front_door', {
  name: 'Just asked for',
  code: '3859',
  status: 'unset',
  ...stay(100, 120),
  pending_mutations: [
    {
      mutation_code: 'deferring_creation',
      message: 'It goes to the lock shortly before it starts.',
      created_at: noted,
      scheduled_at: hoursFromNow(28),
    },
  ],
})
addCode('backup', 'front_door', {
  name: 'Backup 1 (Seam)',
  code: '4961',
  is_backup: true,
  ...stay(-2, 46),
})
addCode('on_offline_lock', 'offline', {
  name: 'Waits for the lock',
  code: '5072',
  status: 'setting',
  ...stay(-1, 30),
  errors: [deviceError],
})
addCode('unmanaged_on_offline_lock', 'offline', { name: 'Also at the keypad', code: '6183', is_managed: false })
addCode('on_lost_account', 'account_lost', { name: 'Nobody signed in', code: '7294', status: 'unknown', errors: [accountError] })

// ---- names that try to be something else ---------------------------------------------------------------------------

const hostileNames = {
  unbalanced_markup: 'Guest [/] 12',
  click_markup: '[@click=app.nuke()]x[/]',
  ansi_escape: '\u001b[31mred\u001b[0m\u0007',
  bidi_override: 'Guest \u202e4321\u202c end',
  very_long: 'long '.repeat(60),
  emoji_family: 'Family \u{1f468}\u200d\u{1f469}\u200d\u{1f467}\u200d\u{1f466}',
  skin_tone: 'Thumb \u{1f44d}\u{1f3fd}',
  variation_selector: 'Heart \u2764\ufe0f',
  wide: '\u5bbf\u6cca\u8005 \uff21\uff22',
  combining: 'Z\u0301\u0323\u0334\u0301o\u0308e',
  empty: '',
  newline: 'first\nsecond\r\nthird\ttabbed',
}
for (const [index, [key, name]] of Object.entries(hostileNames).entries()) {
  addCode(key, 'hostile', { name, code: String(2013 + index * 101) })
}
addCode('hostile_message', 'hostile', {
  name: '[red]Room[/red] 5',
  code: '9041',
  status: 'unset',
  errors: [codeError('provider_issue', '[link=http://example.com]\u001b]0;owned\u0007 see\nhere[/]')],
})
addCode('hostile_unmanaged', 'hostile', { name: '\u202e[@click=app.nuke()]\u001b[2Jz', code: '9142', is_managed: false })

// ---- serve ---------------------------------------------------------------------------------------------------------

// The fake listens on every interface and offers no way to say otherwise; here it stays on this machine.
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (port, done) {
  return listen.call(this, port, '127.0.0.1', done)
}
const { server } = await fake.startServer({ port: 0 })
net.Server.prototype.listen = listen

process.stdin.on('end', () => process.exit(0)).resume()
console.log(
  JSON.stringify({
    port: server.address().port,
    api_key: seed.seam_apikey1_token,
    workspace_id,
    ids,
    hostile_names: hostileNames,
  }),
)
