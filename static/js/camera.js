// Reading a code with the camera of the telephone: only where the page is secure and the browser can
// read codes itself. Everywhere else the button is not drawn and a scanner or typing does the same.
(function () {
  "use strict";
  const button = document.querySelector("[data-camera]");
  const dialog = document.getElementById("camera");
  if (!button || !dialog || !window.isSecureContext || !("BarcodeDetector" in window)) return;
  if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) return;
  const video = dialog.querySelector("video");
  const field = document.getElementById("id_code");
  const said = dialog.querySelector("[data-camera-said]");
  let stream = null;

  function close() {
    if (stream) stream.getTracks().forEach((track) => track.stop());
    stream = null;
    video.srcObject = null;
    field.focus();
  }

  async function look(detector) {
    while (stream) {
      const codes = await detector.detect(video).catch(() => []);
      if (codes.length) {
        field.value = codes[0].rawValue;
        dialog.close();
        field.form.requestSubmit();
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  button.hidden = false;
  button.addEventListener("click", async () => {
    said.textContent = "";
    dialog.showModal();
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      video.srcObject = stream;
      await video.play();
      look(new window.BarcodeDetector());
    } catch (error) {
      said.textContent = dialog.dataset.refused;
    }
  });
  dialog.addEventListener("close", close);
  dialog.querySelector("[data-camera-close]").addEventListener("click", () => dialog.close());
})();
