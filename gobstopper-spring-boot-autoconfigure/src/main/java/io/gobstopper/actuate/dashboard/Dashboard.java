package io.gobstopper.actuate.dashboard;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/**
 * The files of the dashboard: its page, and what that loads. Their addresses hold their
 * version, so that browsers may keep them for ever, and are relative to the page, so that
 * they are right behind any proxy. Immutable.
 */
public final class Dashboard {

	private static final String FOLDER = "classpath*:io/gobstopper/dashboard/";

	private static final List<String> FILES = List.of("*.*", "lib/*/*.*");

	private static final String MODULE = ".js";

	private static final String CLASSIC_SCRIPT = "saved-theme.js";

	private static final String PAGE = "index.html";

	private static final Map<String, String> LIBRARIES = new TreeMap<>(Map.of("preact", "preact.module.js",
			"preact/hooks", "hooks.module.js", "htm", "htm.module.js", "uplot", "uPlot.esm.js"));

	// Where the endpoint is, as seen from the page.
	private static final String OF_TASKS = "";

	private static final String OF_TASK = "../";

	private final String path;

	private final Map<String, byte[]> assets;

	private final String template;

	private final String version;

	/**
	 * Reads the files.
	 * @param path the last segment of the path at which the page is, such as
	 * {@code gobstopper}
	 */
	public Dashboard(String path) {
		this.path = path;
		this.assets = read();
		byte[] page = this.assets.remove(PAGE);
		if (page == null) {
			throw new IllegalStateException("The page of the dashboard is missing in " + FOLDER);
		}
		this.template = new String(page, StandardCharsets.UTF_8);
		this.version = HexFormat.of()
			.formatHex(sha256(page, sha256(this.assets.values().toArray(byte[][]::new))), 0, 8);
	}

	/**
	 * Returns what the browser may do on the page: load its own files, and ask the
	 * endpoint.
	 * @return a Content-Security-Policy
	 */
	public String contentSecurityPolicy() {
		String importMaps = Stream.of(ofOverview(), OF_TASKS, OF_TASK)
			.map((root) -> "'sha256-%s'".formatted(
					Base64.getEncoder().encodeToString(sha256(importMap(root).getBytes(StandardCharsets.UTF_8)))))
			.collect(Collectors.joining(" "));
		return "default-src 'none'; script-src 'self' %s; style-src 'self'; img-src 'self'; connect-src 'self'; "
			.formatted(importMaps) + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
	}

	public Resource overviewPage() {
		return page(ofOverview());
	}

	public Resource tasksPage() {
		return page(OF_TASKS);
	}

	public Resource taskPage() {
		return page(OF_TASK);
	}

	public @Nullable Resource asset(String version, String name) {
		byte[] content = version.equals(this.version) ? this.assets.get(name) : null;
		return (content != null) ? new NamedResource(content, name) : null;
	}

	private String ofOverview() {
		return this.path + "/";
	}

	private Resource page(String root) {
		String preloads = this.assets.keySet()
			.stream()
			.filter((name) -> name.endsWith(MODULE) && !name.equals(CLASSIC_SCRIPT))
			.map((name) -> "<link rel=\"modulepreload\" href=\"%s%s\">".formatted(folder(root), name))
			.collect(Collectors.joining("\n"));
		return new NamedResource(this.template.replace("{{preloads}}", preloads)
			.replace("{{importMap}}", importMap(root))
			.replace("{{assets}}", folder(root))
			.getBytes(StandardCharsets.UTF_8), PAGE);
	}

	private String importMap(String root) {
		return LIBRARIES.entrySet()
			.stream()
			.map((library) -> "\"%s\":\"./%s%s\"".formatted(library.getKey(), folder(root), library.getValue()))
			.collect(Collectors.joining(",", "{\"imports\":{", "}}"));
	}

	private String folder(String root) {
		return root + "assets/" + this.version + "/";
	}

	private static Map<String, byte[]> read() {
		Map<String, byte[]> files = new TreeMap<>();
		try {
			PathMatchingResourcePatternResolver resolver = new PathMatchingResourcePatternResolver();
			for (String pattern : FILES) {
				for (Resource file : resolver.getResources(FOLDER + pattern)) {
					files.put(String.valueOf(file.getFilename()), file.getContentAsByteArray());
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The files of the dashboard cannot be read", ex);
		}
		return files;
	}

	private static byte[] sha256(byte[]... parts) {
		try {
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			for (byte[] part : parts) {
				digest.update(part);
			}
			return digest.digest();
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * A file of which the name tells the type.
	 */
	private static final class NamedResource extends ByteArrayResource {

		private final String name;

		NamedResource(byte[] content, String name) {
			super(content);
			this.name = name;
		}

		@Override
		public String getFilename() {
			return this.name;
		}

		@Override
		public boolean equals(@Nullable Object other) {
			return this == other;
		}

		@Override
		public int hashCode() {
			return this.name.hashCode();
		}

	}

}
