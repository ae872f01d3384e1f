package io.gobstopper.store.duckdb.file;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

import org.jspecify.annotations.Nullable;

/**
 * Finds the one path of a file behind relative paths, {@code ..} and symbolic links,
 * whether or not the file and its folders are there yet.
 */
public final class RealPath {

	// As on Linux.
	private static final int MOST_LINKS = 40;

	private RealPath() {
	}

	public static Path of(Path path) throws IOException {
		Path absolute = path.toAbsolutePath();
		Path real = absolute.getRoot();
		Deque<Path> names = new ArrayDeque<>();
		absolute.forEach(names::add);
		int links = 0;
		while (!names.isEmpty()) {
			Path name = names.pop();
			if (name.toString().equals("..")) {
				real = parent(real);
			}
			else if (!name.toString().isEmpty() && !name.toString().equals(".")) {
				Path next = real.resolve(name);
				if (!Files.isSymbolicLink(next)) {
					real = next;
					continue;
				}
				if (++links > MOST_LINKS) {
					throw new FileSystemLoopException(path.toString());
				}
				Path target = Files.readSymbolicLink(next);
				real = target.isAbsolute() ? target.getRoot() : real;
				for (int i = target.getNameCount() - 1; i >= 0; i--) {
					names.push(target.getName(i));
				}
			}
		}
		return real;
	}

	private static Path parent(Path folder) {
		@Nullable Path parent = folder.getParent();
		return (parent != null) ? parent : folder;
	}

}
