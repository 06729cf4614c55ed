// What an ESP32 has and Espruino for Linux has not, for images that run there unchanged. It goes in front of the image.
// The global wifiDrop() takes the Wi-Fi away; the image joins again by itself.
Modules.addCached('Wifi', function () {
  var wifi = exports
  var up = false
  function done() {
    var last = arguments[arguments.length - 1]
    if (typeof last == 'function') setTimeout(last, 20, null)
  }
  wifi.connect = function (ssid, options, callback) {
    setTimeout(function () {
      up = true
      wifi.emit('associated', { ssid: ssid })
      wifi.emit('connected', { ip: '10.0.0.7', netmask: '255.255.255.0', gw: '10.0.0.1' })
      if (callback) callback(null)
    }, 50)
  }
  wifi.getIP = function (callback) {
    var ip = up ? '10.0.0.7' : '0.0.0.0'
    var info = { ip: ip, netmask: '255.255.255.0', gw: '10.0.0.1', mac: '24:0a:c4:00:2f:90' }
    if (callback) setTimeout(callback, 5, null, info)
    return info
  }
  wifi.getStatus = function (callback) {
    var status = { station: up ? 'connected' : 'off' }
    if (callback) setTimeout(callback, 5, status)
    return status
  }
  wifi.getDetails = function (callback) {
    var details = { rssi: -60, status: up ? 'connected' : 'off' }
    if (callback) setTimeout(callback, 5, details)
    return details
  }
  wifi.getHostByName = function (name, callback) {
    setTimeout(callback, 5, name)
  }
  global.wifiDrop = function () {
    up = false
    wifi.emit('disconnected', { ssid: '', reason: 200, msg: 'BEACON_TIMEOUT' })
  }
  wifi.stopAP = wifi.setHostname = wifi.setConfig = wifi.setIP = wifi.setSNTP = wifi.save = wifi.disconnect = done
})
Modules.addCached('TelnetServer', function () {
  exports.setOptions = function () {}
})
global.ESP32 = {
  getState: () => ({ freeHeap: 50000, minHeap: 40000, Wifi: true, BLE: false }),
  reboot: function () {
    quit()
  },
  deepSleep: function () {
    quit()
  },
}
E.getTemperature = () => 53
