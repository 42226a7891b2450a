const most = { bytes: 512 * 1024, pixels: 4_000_000 };
const types = new Set(["image/png", "image/jpeg", "image/webp"]);
/** The api keeps a logo of at most so many pixels a side. */
const side = 512;

/**
 * A picture as the api takes it, in base64. A larger one is made smaller here, so that a photo from
 * a phone works. Resolves to what is wrong otherwise.
 */
export async function prepareLogo(
  file: File,
): Promise<{ readonly image: string } | "type" | "unreadable"> {
  if (!types.has(file.type)) return "type";
  const url = URL.createObjectURL(file);
  try {
    const picture = new Image();
    picture.src = url;
    await picture.decode();
    const { naturalWidth: width, naturalHeight: height } = picture;
    if (file.size <= most.bytes && width * height <= most.pixels)
      return { image: await base64Of(file) };
    const scale = side / Math.max(width, height);
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(width * scale));
    canvas.height = Math.max(1, Math.round(height * scale));
    const context = canvas.getContext("2d");
    context?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const drawn = await blobOf(canvas, "image/png");
    if (drawn === null || drawn.size <= most.bytes || context === null)
      return drawn === null ? "unreadable" : { image: await base64Of(drawn) };
    // A photo: a JPEG of it is small, and shows nothing through.
    context.globalCompositeOperation = "destination-over";
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    const photo = await blobOf(canvas, "image/jpeg");
    return photo === null ? "unreadable" : { image: await base64Of(photo) };
  } catch {
    return "unreadable";
  } finally {
    URL.revokeObjectURL(url);
  }
}

const blobOf = (canvas: HTMLCanvasElement, type: string): Promise<Blob | null> =>
  new Promise((resolve) => canvas.toBlob(resolve, type));

const base64Of = (blob: Blob): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve((reader.result as string).split(",")[1] ?? "");
    reader.onerror = () => reject(reader.error ?? new Error("unreadable"));
    reader.readAsDataURL(blob);
  });
