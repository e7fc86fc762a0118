using System.Net;

namespace Gateway.Admin;

/// <summary>One address of <c>Gateway:Admin:Urls</c>.</summary>
internal sealed record AdminAddress(string Url, bool IsLoopback)
{
    private const string Setting = "Gateway:Admin:Urls (or --admin-urls)";

    /// <summary>Reads the addresses and sees that none is open to the network without a token.</summary>
    /// <exception cref="AdminListenException">An address that cannot be listened on, or that needs a token.</exception>
    public static IReadOnlyList<AdminAddress> Read(string urls, bool hasToken)
    {
        AdminAddress[] addresses =
            [.. urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Parse)];
        if (addresses.Length == 0)
        {
            throw new AdminListenException($"{Setting} names no address. Allowed: addresses such as \"http://127.0.0.1:8081\", joined by ';'.");
        }

        if (!hasToken && addresses.FirstOrDefault(address => !address.IsLoopback) is { } open)
        {
            throw new AdminListenException(
                $"{Setting}: {open.Url} can be reached from the network, so the admin API needs a token. Set Gateway:Admin:Token, or listen on http://127.0.0.1:8081.");
        }

        return addresses;
    }

    /// <summary>True for <c>localhost</c> and the loopback addresses of IPv4 and IPv6, brackets or not.</summary>
    public static bool IsLoopbackHost(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address));

    private static AdminAddress Parse(string url)
    {
        BindingAddress parsed;
        try
        {
            parsed = BindingAddress.Parse(url);
        }
        catch (FormatException)
        {
            throw new AdminListenException($"{Setting}: \"{url}\" is not an address. Allowed: http://<host>:<port>, for example http://127.0.0.1:8081.");
        }

        if (!parsed.Scheme.Equals("http", StringComparison.OrdinalIgnoreCase) || parsed.PathBase.Length > 0)
        {
            throw new AdminListenException($"{Setting}: \"{url}\" must be http://<host>:<port> without a path; the admin API speaks plain HTTP.");
        }

        return new AdminAddress(url, parsed.IsUnixPipe || IsLoopbackHost(parsed.Host));
    }
}
