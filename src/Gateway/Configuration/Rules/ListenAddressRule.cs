using Gateway.Configuration.Mistakes;
using Gateway.Configuration.Settings;
using Microsoft.AspNetCore.Http;

namespace Gateway.Configuration.Rules;

/// <summary>The addresses to listen on can be read: <c>http://localhost:8080</c>, <c>http://+:8080</c>, several joined by <c>;</c>.</summary>
internal sealed class ListenAddressRule : IConfigRule
{
    public const string Allowed = "http:// or https://, a host, \"+\" or an address, and a port; several joined by \";\"";

    public void Check(ConfigDraft draft, MistakeList mistakes)
    {
        foreach (string path in (IEnumerable<string>)["Urls", "Gateway:Admin:Urls"])
        {
            if (draft.Root.Find(path) is { } node && (!node.IsScalar || Read(node.Value!) is null))
            {
                mistakes.Add(node, $"{node.Shown} is not an address to listen on", Allowed);
            }
        }
    }

    /// <summary>Null when one of the addresses cannot be read.</summary>
    public static IReadOnlyList<BindingAddress>? Read(string urls)
    {
        var addresses = new List<BindingAddress>();
        foreach (string url in urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            try
            {
                var address = BindingAddress.Parse(url);
                if (address.Scheme is not ("http" or "https") || address.Port is < 0 or > 65535 || address.PathBase.Length > 0)
                {
                    return null;
                }

                addresses.Add(address);
            }
            catch (FormatException)
            {
                return null;
            }
        }

        return addresses.Count == 0 ? null : addresses;
    }
}
