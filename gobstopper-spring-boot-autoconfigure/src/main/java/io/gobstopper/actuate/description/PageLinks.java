package io.gobstopper.actuate.description;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;

import org.jspecify.annotations.Nullable;

/**
 * The links of a page of tasks, relative to its address.
 */
public final class PageLinks {

	private PageLinks() {
	}

	public static Map<String, LinkDescriptor> of(Map<String, ? extends @Nullable Object> parameters,
			@Nullable String next) {
		Map<String, LinkDescriptor> links = new LinkedHashMap<>();
		links.put("self", link(parameters));
		if (next != null) {
			Map<String, @Nullable Object> following = new LinkedHashMap<>(parameters);
			following.put("after", next);
			links.put("next", link(following));
		}
		return links;
	}

	private static LinkDescriptor link(Map<String, ? extends @Nullable Object> parameters) {
		StringJoiner query = new StringJoiner("&", "?", "");
		parameters.forEach((name, value) -> {
			if (value != null) {
				query.add(name + "=" + URLEncoder.encode(value.toString(), StandardCharsets.UTF_8).replace("+", "%20"));
			}
		});
		return new LinkDescriptor(query.toString());
	}

	/**
	 * A link.
	 *
	 * @param href the address
	 */
	public record LinkDescriptor(String href) {

	}

}
