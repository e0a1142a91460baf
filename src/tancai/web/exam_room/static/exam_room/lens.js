// The device's camera: opened with a small picture, shot as a JPEG of bounded size.

/** A stream shown in `video`; rejects with NotAllowedError or NotFoundError as the browser does. */
export async function openLens(video, facing = "user", size = { width: 640, height: 480 }) {
  if (!navigator.mediaDevices?.getUserMedia) throw new DOMException("no camera", "NotFoundError");
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: false,
    video: { facingMode: facing, width: { ideal: size.width }, height: { ideal: size.height } },
  });
  video.srcObject = stream;
  await video.play();
  return stream;
}

export function closeLens(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/** What `video` shows now as a JPEG no side of which is longer than `side`; null while there is no picture. */
export function shoot(video, side, quality = 0.8) {
  const { videoWidth: width, videoHeight: height } = video;
  if (!width || !height) return Promise.resolve(null);
  const share = Math.min(1, side / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * share);
  canvas.height = Math.round(height * share);
  canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
}
