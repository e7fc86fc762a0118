using System.Buffers;
using Gateway.Policies.Configuration;

namespace Gateway.Policies.ResponseCaching.Rules;

/// <summary>Header fields and cookies are named by tokens (RFC 9110 §5.6.2); session fields by anything.</summary>
internal sealed class KeyNamesRule : IPolicyRule<CachePolicy>
{
    private static readonly SearchValues<char> Token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    public void Check(CachePolicy policy, ICollection<PolicyMistake> mistakes)
    {
        Check("VaryByHeader", policy.VaryByHeader, token: true, mistakes);
        Check("VaryByCookie", policy.VaryByCookie, token: true, mistakes);
        Check("VaryBySessionField", policy.VaryBySessionField, token: false, mistakes);
    }

    private static void Check(string key, IReadOnlyList<string> names, bool token, ICollection<PolicyMistake> mistakes)
    {
        foreach (string name in names)
        {
            if (string.IsNullOrWhiteSpace(name) || (token && name.AsSpan().ContainsAnyExcept(Token)))
            {
                mistakes.Add(new PolicyMistake(key, $"{key} names '{name}'", token ? "names of letters, digits and !#$%&'*+-.^_`|~" : "names of fields of the session record"));
            }
        }
    }
}
