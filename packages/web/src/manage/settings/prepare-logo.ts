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
    canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const small = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
    return small === null ? "unreadable" : { image: await base64Of(small) };
  } catch {
    return "unreadable";
  } finally {
    URL.revokeObjectURL(url);
  }
}

const base64Of = (blob: Blob): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve((reader.result as string).split(",")[1] ?? "");
    reader.onerror = () => reject(reader.error ?? new Error("unreadable"));
    reader.readAsDataURL(blob);
  });
