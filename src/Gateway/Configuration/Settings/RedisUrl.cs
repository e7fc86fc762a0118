using System.Globalization;

namespace Gateway.Configuration.Settings;

/// <summary>Turns a <c>redis://</c> URL, as hosting platforms hand it out, into a connection string of StackExchange.Redis.</summary>
internal static class RedisUrl
{
    public const string Allowed =
        "redis://user:password@host:port/database, rediss:// for TLS, or a connection string such as \"host:6379,password=…\"";

    /// <summary>Text that is no URL is returned as it is: a connection string already. Null: a URL that cannot be read.</summary>
    public static string? ToConnection(string text)
    {
        if (!text.Contains("://", StringComparison.Ordinal))
        {
            return text;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? url) || url.Scheme is not ("redis" or "rediss") || url.Host.Length == 0)
        {
            return null;
        }

        string database = url.AbsolutePath.Trim('/');
        if (database.Length > 0 && !int.TryParse(database, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            return null;
        }

        return Compose(url, database);
    }

    private static string? Compose(Uri url, string database)
    {
        string[] credentials = [.. url.UserInfo.Split(':', 2).Select(Uri.UnescapeDataString)];
        (string user, string password) = credentials.Length == 2 ? (credentials[0], credentials[1]) : ("", credentials[0]);
        if ((user + password).Contains(',', StringComparison.Ordinal))
        {
            // The connection string has no way to write one.
            return null;
        }

        IEnumerable<string> parts =
        [
            $"{url.Host}:{(url.Port < 0 ? 6379 : url.Port).ToString(CultureInfo.InvariantCulture)}",
            user.Length > 0 ? $"user={user}" : "",
            password.Length > 0 ? $"password={password}" : "",
            url.Scheme is "rediss" ? "ssl=true" : "",
            database.Length > 0 ? $"defaultDatabase={database}" : "",
        ];
        return string.Join(',', parts.Where(part => part.Length > 0));
    }
}
