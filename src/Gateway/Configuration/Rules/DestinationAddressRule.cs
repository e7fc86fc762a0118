using Gateway.Configuration.Mistakes;
using Gateway.Configuration.Routes;
using Gateway.Configuration.Settings;

namespace Gateway.Configuration.Rules;

/// <summary>YARP looks at a destination's address only when it forwards; here a bad one is found at once.</summary>
internal sealed class DestinationAddressRule : IConfigRule
{
    public void Check(ConfigDraft draft, MistakeList mistakes)
    {
        foreach (SettingNode cluster in ProxySection.Clusters(draft.Root))
        {
            SettingNode[] destinations = [.. cluster.Child("Destinations")?.Children ?? []];
            if (destinations.Length == 0)
            {
                mistakes.Warn(cluster, "the cluster has no destinations: its routes answer 503");
            }

            foreach (SettingNode destination in destinations)
            {
                Check(destination.Child("Address"), mistakes);
                Check(destination.Child("Health"), mistakes);
            }
        }
    }

    private static void Check(SettingNode? address, MistakeList mistakes)
    {
        if (address is { IsScalar: true, Value.Length: > 0 } && HttpAddress.Read(address.Value) is null)
        {
            mistakes.Add(address, $"{address.Shown} is not valid", HttpAddress.Allowed);
        }
    }
}
