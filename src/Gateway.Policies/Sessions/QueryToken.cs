using Microsoft.AspNetCore.WebUtilities;

namespace Gateway.Policies.Sessions;

/// <summary>Finds one query parameter; the first of its name wins.</summary>
internal static class QueryToken
{
    /// <summary>The parameter's decoded value; empty when there is no such parameter or its value is empty.</summary>
    public static ReadOnlyMemory<char> Find(string? query, string name)
    {
        foreach (QueryStringEnumerable.EncodedNameValuePair pair in new QueryStringEnumerable(query))
        {
            if (pair.DecodeName().Span.SequenceEqual(name))
            {
                return pair.DecodeValue();
            }
        }

        return default;
    }
}
