package io.gobstopper.actuate.dashboard;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.util.DigestUtils;

/**
 * The entity tags of what the endpoint answers, so that who asks again need not be sent
 * the same once more. They are weak, since a server may compress what they are of.
 */
final class EntityTag {

	private static final String JSON = "json";

	private EntityTag() {
	}

	static boolean isFor(HttpMethod method, int status, @Nullable MediaType type) {
		return method.equals(HttpMethod.GET) && status >= 200 && status < 300 && type != null
				&& type.getSubtype().contains(JSON);
	}

	static String of(byte[] content) {
		return "W/\"" + DigestUtils.md5DigestAsHex(content) + "\"";
	}

}
