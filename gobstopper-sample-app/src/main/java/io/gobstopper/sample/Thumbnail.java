package io.gobstopper.sample;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;

import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

import io.gobstopper.NonRetryableTaskException;

/**
 * A copy of an image, at most {@value #LONGEST_SIDE} pixels wide and high. Transparent
 * parts become white.
 */
final class Thumbnail {

	static final int LONGEST_SIDE = 256;

	// A file of a few kilobytes can claim to be an image of many gigabytes.
	static final long MOST_PIXELS = 100_000_000;

	// Skipping pixels saves memory; so many are read that averaging them still looks
	// good.
	private static final int LONGEST_SIDE_READ = 4 * LONGEST_SIDE;

	private static final float JPEG_QUALITY = 0.85f;

	private final BufferedImage image;

	private Thumbnail(BufferedImage image) {
		this.image = image;
	}

	/**
	 * Returns the thumbnail of an image. Smaller images keep their size.
	 * @param file an image of any format that {@link ImageIO} reads
	 * @return the thumbnail
	 * @throws NonRetryableTaskException if the file is not an image that can be read, or
	 * has more than {@value #MOST_PIXELS} pixels
	 * @throws IOException if the file cannot be opened
	 */
	static Thumbnail of(Path file) throws IOException {
		try (ImageInputStream input = ImageIO.createImageInputStream(file.toFile())) {
			Iterator<ImageReader> readers = ImageIO.getImageReaders(input);
			if (!readers.hasNext()) {
				throw new NonRetryableTaskException("The file is not an image of a known format " + knownFormats());
			}
			ImageReader reader = readers.next();
			try {
				reader.setInput(input, true, true);
				return new Thumbnail(scaled(onWhite(decode(reader))));
			}
			finally {
				reader.dispose();
			}
		}
	}

	int width() {
		return this.image.getWidth();
	}

	int height() {
		return this.image.getHeight();
	}

	byte[] toJpeg() throws IOException {
		ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
		ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
		try (MemoryCacheImageOutputStream output = new MemoryCacheImageOutputStream(jpeg)) {
			ImageWriteParam param = writer.getDefaultWriteParam();
			param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
			param.setCompressionQuality(JPEG_QUALITY);
			writer.setOutput(output);
			writer.write(null, new IIOImage(this.image, null, null), param);
		}
		finally {
			writer.dispose();
		}
		return jpeg.toByteArray();
	}

	private static BufferedImage decode(ImageReader reader) {
		try {
			int width = reader.getWidth(0);
			int height = reader.getHeight(0);
			if ((long) width * height > MOST_PIXELS) {
				throw new NonRetryableTaskException("The image has %,d x %,d pixels; at most %,d are supported"
					.formatted(width, height, MOST_PIXELS));
			}
			int step = Math.max(1, Math.max(width, height) / LONGEST_SIDE_READ);
			ImageReadParam param = reader.getDefaultReadParam();
			param.setSourceSubsampling(step, step, 0, 0);
			return reader.read(0, param);
		}
		catch (NonRetryableTaskException ex) {
			throw ex;
		}
		// The readers of the JDK throw nearly anything when a file is damaged.
		catch (IOException | RuntimeException ex) {
			throw new NonRetryableTaskException("The image cannot be read: " + ex.getMessage(), ex);
		}
	}

	private static BufferedImage onWhite(BufferedImage source) {
		BufferedImage target = new BufferedImage(source.getWidth(), source.getHeight(), BufferedImage.TYPE_INT_RGB);
		Graphics2D graphics = target.createGraphics();
		graphics.drawImage(source, 0, 0, Color.WHITE, null);
		graphics.dispose();
		return target;
	}

	// Bilinear interpolation looks at four pixels, so it must not more than halve at
	// once.
	private static BufferedImage scaled(BufferedImage source) {
		double factor = Math.min(1, (double) LONGEST_SIDE / Math.max(source.getWidth(), source.getHeight()));
		int width = Math.max(1, (int) Math.round(source.getWidth() * factor));
		int height = Math.max(1, (int) Math.round(source.getHeight() * factor));
		BufferedImage scaled = source;
		while (scaled.getWidth() > width || scaled.getHeight() > height) {
			scaled = resized(scaled, Math.max(width, (scaled.getWidth() + 1) / 2),
					Math.max(height, (scaled.getHeight() + 1) / 2));
		}
		return scaled;
	}

	private static BufferedImage resized(BufferedImage source, int width, int height) {
		BufferedImage target = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
		Graphics2D graphics = target.createGraphics();
		graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
		graphics.drawImage(source, 0, 0, width, height, null);
		graphics.dispose();
		return target;
	}

	private static String knownFormats() {
		return Arrays.stream(ImageIO.getReaderFormatNames())
			.map((name) -> name.toLowerCase(Locale.ROOT))
			.distinct()
			.sorted()
			.toList()
			.toString();
	}

}
