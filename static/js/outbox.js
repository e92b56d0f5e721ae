// What a tablet keeps for itself: entries on their way, in the order in which they were made, and the
// screens of an inspection. IndexedDB: there on plain http too, and after a crash.
window.tallydeskOutbox = (function () {
  "use strict";
  const NAME = "td-bench";
  let opened = null;

  function open() {
    opened = opened || new Promise((resolve, reject) => {
      const asked = indexedDB.open(NAME, 1);
      asked.onupgradeneeded = () => {
        const base = asked.result;
        base.createObjectStore("meta");
        base.createObjectStore("screens");
        base.createObjectStore("entries", { keyPath: "id", autoIncrement: true });
      };
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
    return opened;
  }

  // One transaction: all of it is kept, or nothing.
  async function change(stores, work) {
    const base = await open();
    return new Promise((resolve, reject) => {
      const transaction = base.transaction(stores, "readwrite", { durability: "strict" });
      let result;
      transaction.oncomplete = () => resolve(result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
      work((name) => transaction.objectStore(name), (value) => { result = value; });
    });
  }

  async function read(store, ask) {
    const base = await open();
    return new Promise((resolve, reject) => {
      const asked = ask(base.transaction(store).objectStore(store));
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  }

  // crypto.randomUUID is missing on plain http.
  function uuid() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  // The entry gets this device's name and its place among those of its inspection.
  function add(entry) {
    return change(["meta", "entries"], (store, give) => {
      const place = "seq:" + entry.inspection;
      const named = store("meta").get("device");
      named.onsuccess = () => {
        const device = named.result || uuid();
        if (!named.result) store("meta").put(device, "device");
        const last = store("meta").get(place);
        last.onsuccess = () => {
          const seq = (last.result || 0) + 1;
          store("meta").put(seq, place);
          const whole = { ...entry, device, seq };
          const added = store("entries").add(whole);
          added.onsuccess = () => give({ ...whole, id: added.result });
        };
      };
    });
  }

  // Of one person: nobody sends what somebody else entered.
  async function list(person) {
    const all = await read("entries", (store) => store.getAll());
    return all.filter((entry) => entry.person === person);
  }

  const drop = (id) => change(["entries"], (store) => store("entries").delete(id));

  const keepScreens = (key, screens) =>
    change(["screens"], (store) => store("screens").put(screens, key));

  const screens = (key) => read("screens", (store) => store.get(key));

  // After signing nothing of the inspection stays on the device.
  function forget(inspection) {
    return change(["meta", "screens", "entries"], (store) => {
      store("meta").delete("seq:" + inspection);
      store("screens").delete(inspection);
      const all = store("entries").openCursor();
      all.onsuccess = () => {
        const cursor = all.result;
        if (!cursor) return;
        if (cursor.value.inspection === inspection) cursor.delete();
        cursor.continue();
      };
    });
  }

  // Screens belong to one person: another one at this tablet begins without any.
  function ownedBy(person) {
    return change(["meta", "screens"], (store) => {
      const before = store("meta").get("person");
      before.onsuccess = () => {
        if (before.result !== person) store("screens").clear();
        store("meta").put(person, "person");
      };
    });
  }

  return { add, list, drop, keepScreens, screens, forget, ownedBy };
})();
