using System.Globalization;
using Gateway.Policies.Configuration;

namespace Gateway.Policies.RateLimiting.Charging;

/// <summary>Response statuses: one (<c>401</c>), or all of a class (<c>5xx</c>).</summary>
public readonly record struct StatusMatch : IConfigValue<StatusMatch>
{
    private readonly int _from;
    private readonly int _to;

    private StatusMatch(int from, int to) => (_from, _to) = (from, to);

    public static string Allowed => "a status from 100 to 599, or a class such as \"5xx\"";

    public static bool TryParse(string text, out StatusMatch value)
    {
        value = default;
        if (text is [>= '1' and <= '5', 'x' or 'X', 'x' or 'X'])
        {
            int first = (text[0] - '0') * 100;
            value = new StatusMatch(first, first + 99);
        }
        else if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int status) && status is >= 100 and <= 599)
        {
            value = new StatusMatch(status, status);
        }

        return value._from > 0;
    }

    public bool Holds(int status) => status >= _from && status <= _to;

    public override string ToString() => _from == _to ? _from.ToString(CultureInfo.InvariantCulture) : $"{_from / 100}xx";
}
