package io.gobstopper.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

import org.springframework.stereotype.Component;
import org.springframework.web.multipart.MultipartFile;

import io.gobstopper.NonRetryableTaskException;

/**
 * The files of the application. Their names are ids made here or by the task queue, never
 * what a client calls them.
 */
@Component
class DataFolder {

	private final Path uploads;

	private final Path thumbnails;

	private final Path outbox;

	DataFolder(SampleProperties properties) {
		Path root = properties.dataFolder().toAbsolutePath().normalize();
		this.uploads = create(root.resolve("uploads"));
		this.thumbnails = create(root.resolve("thumbnails"));
		this.outbox = create(root.resolve("outbox"));
	}

	/**
	 * Keeps an uploaded file.
	 * @param file the file as received
	 * @return the id of the upload
	 * @throws IOException if it cannot be stored
	 */
	String keepUpload(MultipartFile file) throws IOException {
		String id = UUID.randomUUID().toString();
		file.transferTo(uploadFile(id).toFile());
		return id;
	}

	/**
	 * Returns the file of an upload.
	 * @param id the id of the upload
	 * @return the existing file
	 * @throws NonRetryableTaskException if there is none, which no retry can change
	 */
	Path upload(String id) {
		Path file = uploadFile(id);
		if (!Files.isRegularFile(file)) {
			throw new NonRetryableTaskException("There is no upload '%s' (any more)".formatted(id));
		}
		return file;
	}

	void deleteUpload(String id) {
		try {
			Files.deleteIfExists(uploadFile(id));
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Upload '%s' cannot be deleted".formatted(id), ex);
		}
	}

	Path thumbnail(String taskId) {
		return this.thumbnails.resolve(name(taskId) + ".jpg");
	}

	Path mail(String taskId) {
		return this.outbox.resolve(name(taskId) + ".eml");
	}

	/**
	 * Writes a file so that it is seen complete or not at all. An existing one is
	 * replaced.
	 * @param file the file to write
	 * @param content what it shall contain
	 * @throws IOException if it cannot be written
	 */
	void write(Path file, byte[] content) throws IOException {
		Path unfinished = Files.createTempFile(file.getParent(), "unfinished-", ".tmp");
		try {
			Files.write(unfinished, content);
			Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
		}
		finally {
			Files.deleteIfExists(unfinished);
		}
	}

	private Path uploadFile(String id) {
		return this.uploads.resolve(name(id));
	}

	private static String name(String id) {
		return UUID.fromString(id).toString();
	}

	private static Path create(Path folder) {
		try {
			return Files.createDirectories(folder);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The folder '%s' cannot be created".formatted(folder), ex);
		}
	}

}
