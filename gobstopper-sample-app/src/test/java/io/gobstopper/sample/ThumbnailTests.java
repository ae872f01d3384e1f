package io.gobstopper.sample;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

import javax.imageio.ImageIO;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.gobstopper.NonRetryableTaskException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

class ThumbnailTests {

	@TempDir
	private Path folder;

	@Test
	void keepsProportionsOfPortrait() throws IOException {
		Thumbnail thumbnail = Thumbnail.of(png(new BufferedImage(900, 1800, BufferedImage.TYPE_INT_RGB)));
		BufferedImage jpeg = ImageIO.read(new ByteArrayInputStream(thumbnail.toJpeg()));
		assertThat(jpeg.getWidth()).isEqualTo(128).isEqualTo(thumbnail.width());
		assertThat(jpeg.getHeight()).isEqualTo(256).isEqualTo(thumbnail.height());
	}

	@Test
	void keepsProportionsOfLargeLandscape() throws IOException {
		Thumbnail thumbnail = Thumbnail.of(png(new BufferedImage(5000, 3333, BufferedImage.TYPE_BYTE_GRAY)));
		assertThat(thumbnail.width()).isEqualTo(256);
		assertThat(thumbnail.height()).isEqualTo(171);
	}

	@Test
	void keepsAtLeastOnePixelOfThinImage() throws IOException {
		Thumbnail thumbnail = Thumbnail.of(png(new BufferedImage(3000, 1, BufferedImage.TYPE_INT_RGB)));
		assertThat(thumbnail.width()).isEqualTo(256);
		assertThat(thumbnail.height()).isEqualTo(1);
	}

	@Test
	void keepsSizeOfSmallImage() throws IOException {
		Thumbnail thumbnail = Thumbnail.of(png(new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB)));
		assertThat(thumbnail.width()).isEqualTo(40);
		assertThat(thumbnail.height()).isEqualTo(30);
	}

	@Test
	void showsTransparentPartsWhite() throws IOException {
		BufferedImage image = new BufferedImage(600, 600, BufferedImage.TYPE_INT_ARGB);
		Graphics2D graphics = image.createGraphics();
		graphics.setColor(Color.RED);
		graphics.fillRect(0, 0, 300, 600);
		graphics.dispose();
		BufferedImage jpeg = ImageIO.read(new ByteArrayInputStream(Thumbnail.of(png(image)).toJpeg()));
		assertColor(jpeg, 64, 128, Color.RED);
		assertColor(jpeg, 192, 128, Color.WHITE);
	}

	@Test
	void averagesWhatIsTooFineToShow() throws IOException {
		BufferedImage image = new BufferedImage(1000, 1000, BufferedImage.TYPE_INT_RGB);
		for (int i = 0; i < 1000 * 1000; i++) {
			image.setRGB(i % 1000, i / 1000, ((i + i / 1000) % 2 == 0) ? 0xFFFFFF : 0x000000);
		}
		BufferedImage jpeg = ImageIO.read(new ByteArrayInputStream(Thumbnail.of(png(image)).toJpeg()));
		assertColor(jpeg, 100, 100, Color.GRAY);
	}

	@Test
	void refusesWhatIsNoImage() throws IOException {
		Path file = Files.writeString(this.folder.resolve("text"), "This is not an image.");
		assertRefused(file, "not an image of a known format [bmp, gif, jpeg, jpg, png");
	}

	@Test
	void refusesDamagedImage() throws IOException {
		byte[] content = Files.readAllBytes(png(new BufferedImage(300, 300, BufferedImage.TYPE_INT_RGB)));
		assertRefused(Files.write(this.folder.resolve("half"), Arrays.copyOf(content, content.length / 2)),
				"The image cannot be read");
	}

	@Test
	void refusesSmallFileThatClaimsToBeHugeImage() throws IOException {
		assertRefused(Files.write(this.folder.resolve("bomb.png"), pngHeader(50_000, 50_000)),
				"50,000 x 50,000 pixels; at most 100,000,000");
	}

	private void assertRefused(Path file, String message) {
		assertThatExceptionOfType(NonRetryableTaskException.class).isThrownBy(() -> Thumbnail.of(file))
			.withMessageContaining(message);
	}

	private static void assertColor(BufferedImage image, int x, int y, Color expected) {
		Color color = new Color(image.getRGB(x, y));
		assertThat(color.getRed()).isCloseTo(expected.getRed(), within(8));
		assertThat(color.getGreen()).isCloseTo(expected.getGreen(), within(8));
		assertThat(color.getBlue()).isCloseTo(expected.getBlue(), within(8));
	}

	private Path png(BufferedImage image) throws IOException {
		Path file = this.folder.resolve("image.png");
		assertThat(ImageIO.write(image, "png", file.toFile())).isTrue();
		return file;
	}

	private static byte[] pngHeader(int width, int height) throws IOException {
		ByteArrayOutputStream header = new ByteArrayOutputStream();
		DataOutputStream fields = new DataOutputStream(header);
		fields.writeInt(width);
		fields.writeInt(height);
		fields.write(new byte[] { 8, 2, 0, 0, 0 });
		ByteArrayOutputStream pixels = new ByteArrayOutputStream();
		try (DeflaterOutputStream deflater = new DeflaterOutputStream(pixels, new Deflater(9))) {
			deflater.write(new byte[10_000]);
		}
		ByteArrayOutputStream png = new ByteArrayOutputStream();
		png.write(new byte[] { (byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n' });
		writeChunk(png, "IHDR", header.toByteArray());
		writeChunk(png, "IDAT", pixels.toByteArray());
		writeChunk(png, "IEND", new byte[0]);
		return png.toByteArray();
	}

	private static void writeChunk(ByteArrayOutputStream png, String type, byte[] content) throws IOException {
		DataOutputStream out = new DataOutputStream(png);
		byte[] name = type.getBytes(StandardCharsets.US_ASCII);
		CRC32 checksum = new CRC32();
		checksum.update(name);
		checksum.update(content);
		out.writeInt(content.length);
		out.write(name);
		out.write(content);
		out.writeInt((int) checksum.getValue());
	}

}
